// The English sentences about the kernel's decisions, added to the page's texts by whoever first imports this.
import { addKernelTexts } from '../../../i18n/i18n.ts'
import { kernel } from '../../../i18n/en/kernel.ts'

addKernelTexts(kernel)

export { kernel as kernelTexts }
