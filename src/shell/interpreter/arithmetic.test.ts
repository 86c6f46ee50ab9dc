import { expect, test } from 'vitest'
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts'

function evaluate(text: string, values: Record<string, string> = {}): string {
  const variables = new Map(Object.entries(values))
  return String(
    evaluateArithmetic(text, {
      get: (name) => variables.get(name),
      set: (name, value) => void variables.set(name, value),
      isAssociative: () => false,
    }),
  )
}

test.each([
  ['9223372036854775807+1', '-9223372036854775808'],
  ['-9223372036854775808/-1', '-9223372036854775808'],
  ['99999999999999999999', '7766279631452241919'],
  ['0xffffffffffffffff', '-1'],
  ['2**63', '-9223372036854775808'],
  ['3**40', '-6289078614652622815'],
  ['1<<65', '2'],
  ['-1>>1', '-1'],
  ['-7/2', '-3'],
  ['-7%3', '-1'],
  ['64#zZ', '2301'],
  ['--5', '5'],
  ['-2**2', '4'],
  ['2**3**2', '512'],
])('%s is %s, as bash counts with 64 bits', (text, value) => {
  expect(evaluate(text)).toBe(value)
})

test('what does not matter is not done: behind 0 &&, behind 1 ||, in the branch that is not taken', () => {
  expect(evaluate('(0 && (x=5)) + (1 || (x=6)) + (1 ? 2 : (x=7)) + (0 ? 1/0 : 3), x', { x: '1' })).toBe('1')
})

test.each([
  ['1/0', '1/0: division by 0 (error token is "0")'],
  ['2**-1', '2**-1: exponent less than 0 (error token is "1")'],
  ['1+', '1+: syntax error: operand expected (error token is "+")'],
  ['1 2', '1 2: syntax error in expression (error token is "2")'],
  ['3 = 4', '3 = 4: attempted assignment to non-variable (error token is "= 4")'],
  ['1 ? 2', '1 ? 2: `:\' expected for conditional expression (error token is "2")'],
  ['1#1', '1#1: invalid arithmetic base (error token is "1#1")'],
  ['08', '08: value too great for base (error token is "08")'],
  ['1.5', '1.5: syntax error: invalid arithmetic operator (error token is ".5")'],
])('%s is an error in bash’s words', (text, message) => {
  expect(() => evaluate(text)).toThrow(new ArithmeticError(message))
})
