/** Short options as getopt(3) of glibc reads them: operands and options may mix. */

export interface Options {
  /** In the order of the line. */
  readonly options: readonly (readonly [letter: string, value: string])[]
  readonly operands: readonly string[]
  /** `invalid option -- 'z'`, `option requires an argument -- 'c'`, or undefined. */
  readonly problem: string | undefined
}

/** `spec` lists the letters; a colon follows each that takes a value. `long` maps long names to letters. */
export function getopt(args: readonly string[], spec: string, long: Readonly<Record<string, string>> = {}): Options {
  const options: [string, string][] = []
  const operands: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s)
      const letter = long[name]
      if (letter === undefined) return { options, operands, problem: `unrecognized option '${arg}'` }
      const takesValue = spec.includes(`${letter}:`)
      options.push([letter, takesValue ? (value ?? args[++at] ?? '') : ''])
      continue
    }
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg)
      continue
    }
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k]!
      const where = letter === ':' ? -1 : spec.indexOf(letter)
      if (where < 0) return { options, operands, problem: `invalid option -- '${letter}'` }
      if (spec[where + 1] !== ':') {
        options.push([letter, ''])
        continue
      }
      const value = k + 1 < arg.length ? arg.slice(k + 1) : args[++at]
      if (value === undefined) return { options, operands, problem: `option requires an argument -- '${letter}'` }
      options.push([letter, value])
      break
    }
  }
  return { options, operands, problem: undefined }
}
