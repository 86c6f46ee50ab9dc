import { expect, test } from 'vitest'
import { playLab } from '../src/engine/play.ts'
import { LINUX_CONF_DEFAULTS, LINUX_IPV4_DEFAULTS } from '../src/lab/export-linux.ts'

test('a script for Linux gives namespaces the settings that the lab’s namespaces begin with', async () => {
  const conf = Object.entries(LINUX_CONF_DEFAULTS).flatMap(([key, value]) =>
    ['all', 'default', 'lo'].map((where) => [`net.ipv4.conf.${where}.${key}`, value] as const),
  )
  const wanted = [
    ...conf,
    ...Object.entries(LINUX_IPV4_DEFAULTS).map(([key, value]) => [`net.ipv4.${key}`, value] as const),
  ]
  const keys = wanted.map(([key]) => key)
  const { actions } = await playLab('defaults', `ip netns add a\n#%% run\nip netns exec a sysctl ${keys.join(' ')}\n`)
  expect(actions[0]?.output.trim().split('\n')).toEqual(wanted.map(([key, value]) => `${key} = ${value}`))
})
