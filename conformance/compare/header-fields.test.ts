import { expect, test } from 'vitest'
import { headerFields } from './header-fields.ts'

const MACS = '0200000000010200000000ff'
const ECHO_IP = '4500005400004000400126a70a0000010a000002'
const ECHO_ICMP = '08000000000100010000000000000000'
const ERROR_IP = '45c000380000000040016603' + '0a0000020a000001'

test('an echo request: TOS, TTL, flags, protocol, length, ICMP type and code', () => {
  expect(headerFields(`${MACS}0800${ECHO_IP}${ECHO_ICMP}`)).toBe(' {tos 0 ttl 64 DF proto 1 length 84 icmp 8/0}')
})

test('the same behind a VLAN tag, and behind two', () => {
  const fields = ' {tos 0 ttl 64 DF proto 1 length 84 icmp 8/0}'
  expect(headerFields(`${MACS}8100000a0800${ECHO_IP}${ECHO_ICMP}`)).toBe(fields)
  expect(headerFields(`${MACS}88a800648100000a0800${ECHO_IP}${ECHO_ICMP}`)).toBe(fields)
})

test('an ICMP error also tells the packet that it quotes', () => {
  expect(headerFields(`${MACS}0800${ERROR_IP}0301000000000000${ECHO_IP}${ECHO_ICMP}`)).toBe(
    ' {tos 192 ttl 64 proto 1 length 56 icmp 3/1 [tos 0 ttl 64 DF proto 1 length 84]}',
  )
})

test('an ICMP error whose quotation was cut off', () => {
  expect(headerFields(`${MACS}0800${ERROR_IP}0301000000000000`)).toBe(' {tos 192 ttl 64 proto 1 length 56 icmp 3/1 []}')
})

test('a wrong header checksum is told', () => {
  expect(headerFields(`${MACS}0800${ECHO_IP.replace('26a7', '26a8')}${ECHO_ICMP}`)).toContain('bad header checksum')
})

test('fragments: more to come, and a later one, which carries no ICMP header', () => {
  expect(headerFields(`${MACS}0800${ECHO_IP.replace('40004001', '20004001')}${ECHO_ICMP}`)).toContain(' MF ')
  const later = headerFields(`${MACS}0800${ECHO_IP.replace('40004001', '00b94001')}${ECHO_ICMP}`)
  expect(later).toContain(' offset 1480 ')
  expect(later).not.toContain('icmp')
})

test('nothing for ARP, for a short frame and where there are no bytes', () => {
  expect(headerFields(`${MACS}08060001080006040001`.padEnd(84, '0'))).toBe('')
  expect(headerFields(`${MACS}0800${ECHO_IP.slice(0, 38)}`)).toBe('')
  expect(headerFields('')).toBe('')
})
