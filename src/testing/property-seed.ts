/**
 * Properties are tried with one seed, so that a run tells of the change it was made for and not of chance.
 * `npm run test:fresh` tries them with a new one; what it finds becomes a test of its own.
 */
import fc from 'fast-check'

const SEED = 20_261_121

if (process.env['VETHLAB_PROPERTIES'] !== 'fresh') fc.configureGlobal({ seed: SEED })
