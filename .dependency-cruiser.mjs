// Who may import whom. One row a folder of src/: the project's own folders, then the packages. What a row
// does not name is refused; a folder may always import itself. The table's order is the layers' order.
const LAYERS = [
  { folder: 'base', imports: [], packages: [] },
  { folder: 'wire', imports: ['base'], packages: ['ipaddr.js'] },
  { folder: 'sim', imports: ['base'], packages: [] },
  { folder: 'contract', imports: ['base', 'wire'], packages: [] },
  { folder: 'kernel', imports: ['base', 'wire', 'sim', 'contract'], packages: [] },
  {
    folder: 'shell',
    imports: ['base', 'wire', 'contract', 'kernel/api.ts'],
    packages: ['unbash', 'ipaddr.js'],
  },
  {
    folder: 'lab',
    imports: ['base', 'wire', 'contract', 'shell/syntax'],
    packages: ['fflate'],
  },
  { folder: 'i18n', imports: ['base', 'contract', 'lab'], packages: ['i18next', 'react-i18next'] },
  {
    folder: 'engine',
    imports: ['base', 'wire', 'sim', 'contract', 'kernel', 'shell', 'lab', 'i18n'],
    packages: ['fflate'],
  },
  { folder: 'client', imports: ['base', 'contract', 'lab'], packages: [] },
  {
    folder: 'ui',
    imports: ['client', 'contract', 'lab', 'i18n', 'wire/address', 'wire/dissect'],
    packages: 'any',
  },
]

const TEST_FILE = '[.]test[.]tsx?$'
const NODE_ENTRY_POINT = '^src/engine/node-'

/** 'wire' stands for the folder, 'kernel/api.ts' for the file, 'shell/syntax' for the file or folder of that name. */
function pathOf(target) {
  if (target.endsWith('.ts')) return `^src/${target.replaceAll('.', '[.]')}$`
  return target.includes('/') ? `^src/${target}([./-]|$)` : `^src/${target}/`
}

function sourceRule({ folder, imports }) {
  return {
    name: `${folder}-may-import-only-${imports.length === 0 ? 'itself' : imports.join('-and-')}`,
    comment: 'The table of layers in src/README.md says which folder may import which.',
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: TEST_FILE },
    to: { path: '^(src|conformance|bench|e2e|scripts)/', pathNot: [`^src/${folder}/`, ...imports.map(pathOf)] },
  }
}

/** A test may use what its folder may, and the test kit, which may use everything. */
function testRule({ folder, imports }) {
  return {
    name: `tests-of-${folder}-may-import-only-what-it-may-and-the-test-kit`,
    severity: 'error',
    from: { path: `^src/${folder}/.*${TEST_FILE}` },
    to: {
      path: '^(src|conformance|bench|e2e|scripts)/',
      pathNot: [`^src/${folder}/`, '^src/testing/', ...imports.map(pathOf)],
    },
  }
}

function packageRule({ folder, packages }) {
  return {
    name: `${folder}-may-use-only-${packages.length === 0 ? 'no-package' : packages.join('-and-')}`,
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: TEST_FILE },
    to: {
      path: 'node_modules/',
      pathNot: packages.map((name) => `node_modules/${name.replaceAll('.', '[.]')}/`),
    },
  }
}

const folders = LAYERS.map(({ folder }) => folder)

export default {
  forbidden: [
    ...LAYERS.map(sourceRule),
    ...LAYERS.map(testRule),
    ...LAYERS.filter(({ packages }) => packages !== 'any').map(packageRule),
    {
      name: 'every-folder-of-src-has-a-row-in-the-table-of-layers',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${[...folders, 'testing'].join('|')})/` },
      to: {},
    },
    {
      name: 'only-entry-points-and-tests-import-node',
      comment: 'Everything else runs in a browser too.',
      severity: 'error',
      from: { path: '^src/', pathNot: [TEST_FILE, NODE_ENTRY_POINT, '^src/testing/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-tests-import-the-test-kit',
      severity: 'error',
      from: { path: '^src/', pathNot: [TEST_FILE, '^src/testing/'] },
      to: { path: '^src/testing/' },
    },
    {
      name: 'no-file-imports-a-test',
      severity: 'error',
      from: {},
      to: { path: TEST_FILE },
    },
    {
      name: 'no-circular-imports',
      comment: 'Imports of types alone are exempt: they are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: [TEST_FILE, '[.]d[.]ts$', '^src/engine/(worker|node-)'] },
      to: {},
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['[?](worker|raw|url|inline)', '[.]css$', '^virtual:'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test-results|playwright-report)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
}
