// The API reference of both APIs. Everything comes from this service; nothing is asked of anybody else.
window.Scalar.createApiReference('#reference', {
  sources: [
    { title: 'Notifications', slug: 'notifications', url: '/openapi.json', default: true },
    // The users' API is another gateway's: it is described here, and asked there.
    { title: 'Users', slug: 'users', url: '/users.openapi.json', hideTestRequestButton: true },
  ],
  servers: [{ url: location.origin, description: 'This query service' }],
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  theme: 'default',
  layout: 'modern',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  defaultOpenAllTags: true,
});
