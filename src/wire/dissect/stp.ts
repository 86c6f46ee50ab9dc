import { formatMac } from '../address.ts'
import { readU16 } from '../bytes.ts'
import {
  type BridgeId,
  BPDU_FLAG_TOPOLOGY_CHANGE,
  BPDU_FLAG_TOPOLOGY_CHANGE_ACK,
  BPDU_TYPE_CONFIG,
  BPDU_TYPE_TCN,
  CONFIG_BPDU_LENGTH,
  LLC_HEADER_LENGTH,
  LLC_SAP_STP,
  LLC_UNNUMBERED_INFORMATION,
  TCN_BPDU_LENGTH,
  bpduBridge,
  bpduFlags,
  bpduPort,
  bpduProtocol,
  bpduRoot,
  bpduRootPathCost,
  bpduType,
  bpduVersion,
  isStpLlc,
} from '../stp.ts'
import {
  type DissectedLayer,
  type LayerBuilder,
  addField,
  closeLayer,
  dataLayer,
  flag,
  hex,
  named,
  openLayer,
} from './layer.ts'

const SAP_NAMES = { [LLC_SAP_STP]: 'Spanning Tree BPDU' }

/** The LLC header in [from, end) and spanning tree behind it, or what else there is as data. */
export function dissectLlc(bytes: Uint8Array, from: number, end: number): DissectedLayer[] {
  const layer = openLayer(bytes, from, end)
  const byteText = (at: number): string => hex(bytes[at]!, 8)
  const sap = (at: number): string => named(SAP_NAMES, bytes[at]!, byteText(at))
  addField(layer, { id: 'llc.dsap', label: 'DSAP', offset: 0, length: 1, value: sap })
  addField(layer, { id: 'llc.ssap', label: 'SSAP', offset: 1, length: 1, value: sap })
  addField(layer, {
    id: 'llc.control',
    label: 'Control field',
    offset: 2,
    length: 1,
    value: (at) => named({ [LLC_UNNUMBERED_INFORMATION]: 'Unnumbered information' }, bytes[at]!, byteText(at)),
  })
  const bodyAt = Math.min(from + LLC_HEADER_LENGTH, end)
  const isStp = isStpLlc(bytes, from, end)
  const value = layer.isCut ? 'cut short' : isStp ? 'Spanning Tree BPDU' : `DSAP ${byteText(from)}`
  const llc = closeLayer(layer, { id: 'llc', label: 'Logical-Link Control', value, to: bodyAt })
  return [llc, ...(isStp ? [dissectBpdu(bytes, bodyAt, end)] : dataLayer('data', 'Data', bodyAt, end))]
}

function dissectBpdu(bytes: Uint8Array, from: number, end: number): DissectedLayer {
  const layer = openLayer(bytes, from, end)
  addField(layer, {
    id: 'stp.protocol',
    label: 'Protocol Identifier',
    offset: 0,
    length: 2,
    value: () => named({ 0: 'Spanning Tree Protocol' }, bpduProtocol(bytes, from), hex(bpduProtocol(bytes, from), 16)),
    problem: () => (bpduProtocol(bytes, from) === 0 ? undefined : 'not Spanning Tree'),
  })
  addField(layer, {
    id: 'stp.version',
    label: 'Protocol Version Identifier',
    offset: 2,
    length: 1,
    value: () => named({ 0: 'Spanning Tree', 2: 'Rapid Spanning Tree' }, bpduVersion(bytes, from)),
  })
  addField(layer, {
    id: 'stp.type',
    label: 'BPDU Type',
    offset: 3,
    length: 1,
    value: () =>
      named(
        { [BPDU_TYPE_CONFIG]: 'Configuration', [BPDU_TYPE_TCN]: 'Topology Change Notification' },
        bpduType(bytes, from),
        hex(bpduType(bytes, from), 8),
      ),
  })
  const isConfig = end - from >= TCN_BPDU_LENGTH && bpduType(bytes, from) === BPDU_TYPE_CONFIG
  if (isConfig) addConfig(layer)
  return closeLayer(layer, {
    id: 'stp',
    label: 'Spanning Tree Protocol',
    value: layer.isCut
      ? 'cut short'
      : isConfig
        ? `Configuration, root ${bridgeText(bpduRoot(bytes, from))}, cost ${bpduRootPathCost(bytes, from)}`
        : bpduType(bytes, from) === BPDU_TYPE_TCN
          ? 'Topology Change Notification'
          : 'unknown BPDU type',
    to: from + (isConfig ? CONFIG_BPDU_LENGTH : TCN_BPDU_LENGTH),
  })
}

function addConfig(layer: LayerBuilder): void {
  const { bytes, from } = layer
  addField(layer, {
    id: 'stp.flags',
    label: 'BPDU flags',
    offset: 4,
    length: 1,
    value: () => hex(bpduFlags(bytes, from), 8),
    children: (at) => {
      const flags = bpduFlags(bytes, from)
      return [
        flag('stp.flags.tcack', 'Topology Change Acknowledgment', (flags & BPDU_FLAG_TOPOLOGY_CHANGE_ACK) !== 0, at, 1),
        flag('stp.flags.tc', 'Topology Change', (flags & BPDU_FLAG_TOPOLOGY_CHANGE) !== 0, at, 1),
      ]
    },
  })
  addField(layer, {
    id: 'stp.root',
    label: 'Root Identifier',
    offset: 5,
    length: 8,
    value: () => bridgeText(bpduRoot(bytes, from)),
  })
  addField(layer, {
    id: 'stp.root.cost',
    label: 'Root Path Cost',
    offset: 13,
    length: 4,
    value: () => String(bpduRootPathCost(bytes, from)),
  })
  addField(layer, {
    id: 'stp.bridge',
    label: 'Bridge Identifier',
    offset: 17,
    length: 8,
    value: () => bridgeText(bpduBridge(bytes, from)),
  })
  addField(layer, {
    id: 'stp.port',
    label: 'Port identifier',
    offset: 25,
    length: 2,
    value: () => hex(bpduPort(bytes, from), 16),
  })
  const seconds = (at: number): string => `${Math.round((readU16(bytes, at) / 256) * 1000) / 1000} s`
  addField(layer, { id: 'stp.msg_age', label: 'Message Age', offset: 27, length: 2, value: seconds })
  addField(layer, { id: 'stp.max_age', label: 'Max Age', offset: 29, length: 2, value: seconds })
  addField(layer, { id: 'stp.hello', label: 'Hello Time', offset: 31, length: 2, value: seconds })
  addField(layer, { id: 'stp.forward', label: 'Forward Delay', offset: 33, length: 2, value: seconds })
}

function bridgeText(id: BridgeId): string {
  return `${id.priority} / ${formatMac(id.address)}`
}
