// 内核检查、决定和丢弃了什么。
import type { KernelTranslation } from '../en/kernel.ts'
import { causes } from './causes.ts'
import { checks } from './checks.ts'
import { decisions } from './decisions.ts'
import { drops } from './drops.ts'

export const kernel: KernelTranslation = { decisions, drops, checks, causes }
