import { formatIpv4 } from '../address.ts'
import { readU16 } from '../bytes.ts'
import {
  IGMP_HEADER_LENGTH,
  IGMP_LEAVE,
  IGMP_QUERY,
  IGMP_V1_REPORT,
  IGMP_V2_REPORT,
  IGMP_V3_REPORT,
  igmpGroup,
  igmpRecordCount,
  parseIgmpV3Report,
} from '../igmp.ts'
import { describeWireError } from '../wire-error.ts'
import { checksumProblem } from './checksum.ts'
import { type DissectedLayer, addField, closeLayer, hex, named, openLayer } from './layer.ts'

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [IGMP_QUERY]: 'Membership Query',
  [IGMP_V1_REPORT]: 'Version 1 Membership Report',
  [IGMP_V2_REPORT]: 'Version 2 Membership Report',
  [IGMP_LEAVE]: 'Leave Group',
  [IGMP_V3_REPORT]: 'Version 3 Membership Report',
}

export function dissectIgmp(bytes: Uint8Array, from: number, end: number): DissectedLayer {
  const layer = openLayer(bytes, from, end)
  const type = bytes[from]!
  addField(layer, {
    id: 'igmp.type',
    label: 'Type',
    offset: 0,
    length: 1,
    value: () => named(TYPE_NAMES, type, hex(type, 8)),
  })
  addField(layer, {
    id: 'igmp.checksum',
    label: 'Checksum',
    offset: 2,
    length: 2,
    value: (at) => hex(readU16(bytes, at), 16),
    problem: (at) => checksumProblem(bytes, { from, to: end, checksumAt: at }),
  })
  if (type === IGMP_V3_REPORT) {
    addField(layer, {
      id: 'igmp.num_grp_recs',
      label: 'Number of Group Records',
      offset: 6,
      length: 2,
      value: () => String(igmpRecordCount(bytes, from)),
      problem: () => {
        const report = parseIgmpV3Report(bytes, from, end)
        return report.ok ? undefined : describeWireError(report.error)
      },
    })
    const report = parseIgmpV3Report(bytes, from, end)
    let at = IGMP_HEADER_LENGTH
    for (const record of report.ok ? report.value : []) {
      const length = 8 + 4 * record.sources.length
      addField(layer, {
        id: 'igmp.record',
        label: 'Group Record',
        offset: at,
        length,
        value: () => `${formatIpv4(record.group)}, type ${record.type}, ${record.sources.length} sources`,
      })
      at += length + 4 * bytes[from + at + 1]!
    }
  } else {
    addField(layer, {
      id: 'igmp.maddr',
      label: 'Multicast Address',
      offset: 4,
      length: 4,
      value: () => formatIpv4(igmpGroup(bytes, from)),
    })
  }
  return closeLayer(layer, {
    id: 'igmp',
    label: 'Internet Group Management Protocol',
    value: layer.isCut ? 'cut short' : (TYPE_NAMES[type] ?? `Type ${hex(type, 8)}`),
    to: end,
  })
}
