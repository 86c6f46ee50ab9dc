import { expect, test } from 'vitest'
import type { RecordedAction, RecordedFrame, Recording } from '../../src/contract/recording.ts'
import { compareActions } from './actions.ts'
import type { Play } from './frames.ts'
import { createNormaliser } from './normaliser.ts'

const LINK = '2: eth0: <UP>\n    link/ether 02:00:00:00:01:04 brd ff:ff:ff:ff:ff:ff\n'

test('the time that arping prints does not count, whether or not the address has a letter', () => {
  const told = (mac: string, time: string): Play => {
    const output = `Unicast reply from 10.0.0.2 [${mac}]  ${time}ms\n`
    return playOf({ command: 'ip netns exec a arping -c 1 10.0.0.2', at: 1, exit: 0, output })
  }
  for (const mac of ['02:00:00:00:01:04', '0A:00:00:00:01:04']) {
    expect(compareActions(told(mac, '0.733'), told(mac, '0.520'))).toEqual([])
  }
  expect(compareActions(told('02:00:00:00:01:04', '0.7'), told('02:00:00:00:01:05', '0.7'))).toHaveLength(1)
})

test('the times that traceroute prints do not count, the error behind one does', () => {
  const told = (times: readonly string[], error: string): Play => {
    const output = ` 1  10.0.0.254 ${times.map((time) => ` ${time} ms`).join('')}${error}\n`
    return playOf({ command: 'ip netns exec a traceroute -n 10.0.9.9', at: 1, exit: 0, output })
  }
  expect(compareActions(told(['0.085', '0.021'], ' !N'), told(['0.040', '0.04'], ' !N'))).toEqual([])
  expect(compareActions(told(['0.085'], ' !N'), told(['0.085'], ' !H'))).toHaveLength(1)
  expect(compareActions(told(['0.085'], ' !N'), told(['0.085'], ''))).toHaveLength(1)
})

test('a state that chance decides is read alike in both plays, even where one is just below the limit', () => {
  const told = (at: number, state: string): Play =>
    playOf({ command: 'ip -n a neigh', at, exit: 0, output: `10.0.0.2 dev eth0 ${state} \n` })
  expect(compareActions(told(14.01, 'REACHABLE'), told(14, 'STALE'))).toEqual([])
  expect(compareActions(told(14, 'REACHABLE'), told(14.01, 'STALE'))).toEqual([])
  expect(compareActions(told(13.9, 'REACHABLE'), told(14, 'STALE'))).toHaveLength(1)
})

test('the ports and processes that ss prints do not count, the state does', () => {
  const told = (port: number, state: string, pid: number): Play => {
    const output = `${state} 0 0 10.0.0.1:${port} 10.0.0.2:80 users:(("nc",pid=${pid},fd=3))\n`
    const frame: RecordedFrame = [0, `a > b, IPv4 (0x0800), length 74: 10.0.0.1.${port} > 10.0.0.2.80: Flags [S]`, '']
    return playOf({ command: 'ip netns exec a ss -tanp', at: 1, exit: 0, output }, { 'a/eth0': [frame] })
  }
  expect(compareActions(told(40000, 'ESTAB', 7), told(50000, 'ESTAB', 8))).toEqual([])
  expect(compareActions(told(40000, 'ESTAB', 7), told(40000, 'TIME-WAIT', 7))).toHaveLength(1)
})

function playOf(action: RecordedAction, captures: Recording['captures'] = {}): Play {
  const state = { a: { link: LINK, addr: '', route: '', neigh: '', fdb: '', arp: '' } }
  const setup = { exit: 0, output: '' }
  const recording: Recording = { lab: 'x', kernel: 'x', duration: 1, setup, actions: [action], captures, state }
  return { recording, normaliser: createNormaliser(recording) }
}
