import { expect, test } from 'vitest'
import { sessionWith } from '../../testing/page-session.ts'
import { runCommand } from './run-actions.ts'

/** Two bridges on two cables without STP, a machine on each. */
const LOOP = `for n in s1 s2 h1 h2; do ip netns add $n; done
for n in s1 s2; do ip -n $n link add br0 type bridge; ip -n $n link set br0 up; done
for cable in left right; do
  ip -n s1 link add $cable type veth peer name $cable netns s2
  for n in s1 s2; do ip -n $n link set $cable master br0 up; done
done
for k in 1 2; do
  ip -n s$k link add host type veth peer name eth0 netns h$k
  ip -n s$k link set host master br0 up
  ip -n h$k addr add 10.0.0.$k/24 dev eth0
  ip -n h$k link set eth0 up
done
`

test('what comes after more than one answer holds is there to be played: a ping after a storm', async () => {
  const session = await sessionWith(LOOP)
  const { actions, clock, trace } = session
  await runCommand(session, 'ip netns exec h1 ping -c 1 -W 1 10.0.0.2')
  expect(trace.getState().toNs).toBeLessThan(clock.getState().now)
  await runCommand(session, 'ip -n s1 link set right down')
  await runCommand(session, 'ip netns exec h1 ping -c 1 -W 1 10.0.0.2')
  const ping = actions.getState().actions.at(-1)
  expect(ping).toMatchObject({ exit: 0 })
  const { columns, fromNs, toNs } = trace.getState()
  expect(fromNs).toBeLessThanOrEqual(ping?.beganAt ?? 0)
  expect(toNs).toBe(clock.getState().now)
  expect(columns.at.slice(0, columns.count).some((at) => at > (ping?.beganAt ?? Infinity))).toBe(true)
})
