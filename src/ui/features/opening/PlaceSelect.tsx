// Chooses the namespace, or all machines, in which commands of a report run.
import { useTranslation } from 'react-i18next'
import type { ReportLab } from '../../../lab/report-lab.ts'

const GUESS = '\u0000guess'
const NOWHERE = '\u0000nowhere'
const EVERYWHERE = '\u0000everywhere'

interface PlaceSelectProps {
  readonly label: string
  readonly lab: ReportLab
  /** A machine of this name can be made. */
  readonly suggested: string
  /** Undefined while it is guessed. */
  readonly value: readonly string[] | undefined
  /** What the guess is. */
  readonly guess: string
  readonly onChange: (place: readonly string[] | undefined) => void
}

export function PlaceSelect({ label, lab, suggested, value, guess, onChange }: PlaceSelectProps) {
  const { t } = useTranslation()
  const machine = suggested.replaceAll(/[^\w.-]/g, '-')
  const { places, newMachines } = lab
  const shown =
    value !== undefined && value.length === 1 && !places.includes(value[0]!) ? [...places, value[0]!] : places
  const selected =
    value === undefined ? GUESS : value.length === 0 ? NOWHERE : value.length > 1 ? EVERYWHERE : (value[0] ?? '')
  const choose = (choice: string): void => {
    if (choice === GUESS) onChange(undefined)
    else if (choice === NOWHERE) onChange([])
    else onChange(choice === EVERYWHERE ? newMachines : [choice])
  }
  const nameOf = (place: string): string => {
    if (place === '') return t('paste.bench')
    return newMachines.includes(place) ? t('paste.newMachine', { name: place }) : place
  }
  return (
    <select className="field" aria-label={label} value={selected} onChange={(event) => choose(event.target.value)}>
      <option value={GUESS}>{guess}</option>
      {shown.map((place) => (
        <option key={place} value={place}>
          {nameOf(place)}
        </option>
      ))}
      {machine !== '' && !shown.includes(machine) && (
        <option value={machine}>{t('paste.newMachine', { name: machine })}</option>
      )}
      {newMachines.length > 1 && <option value={EVERYWHERE}>{t('paste.everywhere')}</option>}
      <option value={NOWHERE}>{t('paste.leaveOut')}</option>
    </select>
  )
}
