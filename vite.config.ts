import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

/** Nothing from anywhere else, no inline script, no eval. Styles of elements are set through the DOM, which needs no exception. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Only in the built page: the development server injects inline scripts and styles of its own. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  }
}

export default defineConfig({
  // Relative addresses, so that dist/ works from any path of any static host.
  base: './',
  plugins: [
    react(),
    contentSecurityPolicy(),
    VitePWA({
      registerType: 'autoUpdate',
      // The page registers it, relative to itself; an injected inline script would break the policy above.
      injectRegister: false,
      workbox: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,webmanifest}'],
        // Query parameters (?run, ?t=) choose what the page does, not which page it is.
        ignoreURLParametersMatching: [/^(run|t|embed|lab)$/],
        navigateFallback: 'index.html',
        maximumFileSizeToCacheInBytes: 6_000_000,
      },
      manifest: {
        name: 'vethlab',
        short_name: 'vethlab',
        description: 'A visual lab for Linux networking that runs in the browser',
        start_url: './',
        scope: './',
        display: 'standalone',
        background_color: '#161b21',
        theme_color: '#161b21',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      },
    }),
  ],
  build: { target: 'es2022' },
  worker: { format: 'es' },
})
