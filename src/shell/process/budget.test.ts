import { expect, test } from 'vitest'
import { Budget, BudgetExceeded } from './budget.ts'

test('requests without a pause end at fifty thousand, and a person’s next command begins anew', () => {
  const budget = new Budget(10)
  const flood = (): void => {
    for (let sent = 0; sent < 50_000; sent++) budget.flood()
  }
  flood()
  expect(() => budget.flood()).toThrow(new BudgetExceeded(1, 'ping -f has sent 50,000 requests'))
  budget.reset()
  expect(flood).not.toThrow()
})
