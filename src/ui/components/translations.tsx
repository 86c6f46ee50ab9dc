// What NAT rewrote in a packet, before and after, a line for each end.
import { useTranslation } from 'react-i18next'
import type { TranslatedEnd, Translation } from '../../contract/protocol.ts'
import { formatIpv4, ipv4FromNumber } from '../../wire/address.ts'

const TEXT_KEY = { source: 'timeline.natSource', destination: 'timeline.natDestination' } as const

export function Translations({ translations }: { readonly translations: readonly Translation[] }) {
  const { t } = useTranslation()
  return translations.map(({ end, before, after }) => (
    <p key={end} className="mono">
      {t(TEXT_KEY[end], { before: endText(before), after: endText(after) })}
    </p>
  ))
}

/** `10.0.0.2:40000`; without a port the address alone. */
function endText({ address, port }: TranslatedEnd): string {
  const text = formatIpv4(ipv4FromNumber(address))
  return port === 0 ? text : `${text}:${port}`
}
