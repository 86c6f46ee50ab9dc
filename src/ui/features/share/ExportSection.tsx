// Files of the lab for other tools: a real Linux, containerlab, Wireshark. What each can't do is said beside it.
import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exportForContainerlab } from '../../../lab/export-containerlab.ts'
import type { UnsaidPart } from '../../../lab/export-containerlab.ts'
import { exportForLinux } from '../../../lab/export-linux.ts'
import type { LinuxExportWarning } from '../../../lab/export-linux.ts'
import { useLab, useNetwork, useSession } from '../../lab/context.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import { saveFile } from './share-lab.ts'

interface ExportSectionProps {
  /** The lab's file name, ending in `.sh`. */
  readonly name: string
}

export function ExportSection({ name }: ExportSectionProps) {
  const { t } = useTranslation()
  const [saved, setSaved] = useState('')
  const document = useLab((state) => state.document)
  const linux = useMemo(() => (document === undefined ? undefined : exportForLinux(document)), [document])
  const clab = useMemo(() => (document === undefined ? undefined : exportForContainerlab(document)), [document])
  if (linux === undefined || clab === undefined) return null
  const base = name.replace(/\.sh$/, '')
  const save = (file: string, content: string | Uint8Array): void => {
    saveFile(file, content)
    setSaved(file)
  }
  return (
    <section className="share__export" aria-labelledby="share-export">
      <h3 id="share-export">{t('exportTo.title')}</h3>
      <ExportRow
        title={t('exportTo.linux')}
        hint={t('exportTo.linuxHint')}
        file={`${base}.linux.sh`}
        onSave={(file) => save(file, linux.text)}
      >
        <LinuxWarnings warnings={linux.warnings} />
      </ExportRow>
      <ExportRow
        title={t('exportTo.containerlab')}
        hint={t('exportTo.containerlabHint')}
        file={`${base}.clab.yml`}
        onSave={(file) => save(file, clab.text)}
      >
        <Unsaid parts={clab.unsaid} />
      </ExportRow>
      <CaptureRow base={base} onSave={save} />
      <p className="muted" role="status">
        {saved !== '' && t('exportTo.saved', { name: saved })}
      </p>
    </section>
  )
}

interface ExportRowProps {
  readonly title: string
  readonly hint: string
  readonly file: string
  readonly onSave: (file: string) => void
  readonly children?: React.ReactNode
}

function ExportRow({ title, hint, file, onSave, children }: ExportRowProps) {
  const { t } = useTranslation()
  return (
    <div className="share__target">
      <div className="share__row">
        <strong>{title}</strong>
        <button type="button" className="button button--outlined" onClick={() => onSave(file)}>
          <Download size={14} /> {t('exportTo.save', { name: file })}
        </button>
      </div>
      <p className="muted">{hint}</p>
      {children}
    </div>
  )
}

function CaptureRow({
  base,
  onSave,
}: {
  readonly base: string
  readonly onSave: (file: string, content: Uint8Array) => void
}) {
  const { t } = useTranslation()
  const { client } = useSession()
  const namespaces = useNetwork(({ view }) => view?.namespaces) ?? []
  const [device, setDevice] = useState('')
  const devices = namespaces.flatMap(({ name, links }) =>
    links.map((link) => ({ id: String(link.device), name: `${namespaceTitle(name)}/${link.name}` })),
  )
  const chosen = devices.find(({ id }) => id === device)
  const file = `${base}${chosen === undefined ? '' : `-${chosen.name.replaceAll(/[^\w.-]/g, '-')}`}.pcapng`
  const save = async (): Promise<void> => {
    onSave(file, await client.ask('capture', chosen === undefined ? {} : { device: Number(chosen.id) }))
  }
  return (
    <ExportRow title={t('exportTo.capture')} hint={t('exportTo.captureHint')} file={file} onSave={() => void save()}>
      <select
        className="field"
        aria-label={t('exportTo.captureOf')}
        value={device}
        onChange={(event) => setDevice(event.target.value)}
      >
        <option value="">{t('exportTo.allInterfaces')}</option>
        {devices.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </ExportRow>
  )
}

function LinuxWarnings({ warnings }: { readonly warnings: readonly LinuxExportWarning[] }) {
  const { t } = useTranslation()
  if (warnings.length === 0) return null
  return (
    <ul className="share__warnings">
      {warnings.map((warning) => (
        <li key={warning.kind}>
          {t(`exportTo.warning_${warning.kind}`)}
          {warning.kind === 'bench' &&
            warning.links.length > 0 &&
            ` ${t('exportTo.warning_benchLinks', { links: warning.links.join(', ') })}`}
        </li>
      ))}
    </ul>
  )
}

function Unsaid({ parts }: { readonly parts: readonly UnsaidPart[] }) {
  const { t } = useTranslation()
  if (parts.length === 0) return null
  return (
    <details>
      <summary>{t('exportTo.unsaid', { count: parts.length })}</summary>
      <ul className="share__warnings">
        {parts.map(({ kind, command }, index) => (
          <li key={index}>
            <code>{command}</code> <span className="muted">{t(`exportTo.unsaidKind_${kind}`)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
