// English texts of what is loaded when it is first needed: they come with it, and not with the first picture.
import { arrange } from './arrange.ts'
import { build } from './build.ts'
import { command, unmodelled } from './dialogs.ts'
import { edit } from './edit.ts'
import { exportTo } from './export.ts'
import { paste } from './paste.ts'
import { script } from './script.ts'
import { shortcut } from './shortcut.ts'
import { start } from './start.ts'

export const later = { arrange, build, command, edit, exportTo, paste, script, shortcut, start, unmodelled }
