import type { Component } from './components.ts';

const purl = ({ name, version }: Component): string => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/**
 * What an artifact is made of, as CycloneDX 1.6 JSON (ECMA-424). A function of the components alone: without the time and the serial
 * number that the format leaves open, so that the same sources give the same bytes.
 */
export const billOfMaterials = (artifact: string, components: readonly Component[]): string => {
  const parts = components.map((component) => ({
    type: 'library',
    'bom-ref': purl(component),
    name: component.name,
    version: component.version,
    licenses: [
      / (OR|AND) /.test(component.licence)
        ? { expression: component.licence }
        : { license: { id: component.licence } },
    ],
    purl: purl(component),
  }));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': artifact, name: artifact } },
    components: parts,
    dependencies: [
      { ref: artifact, dependsOn: parts.map((part) => part['bom-ref']) },
      ...parts.map((part) => ({ ref: part['bom-ref'] })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};

/** The licence texts that have to go where the code goes: each text once, under the names of all that come with it. */
export const thirdPartyNotices = (components: readonly Component[]): string => {
  const byText = new Map<string, Component[]>();
  for (const component of components) {
    const text = component.notice || `Licence: ${component.licence} (the package comes without its text)`;
    byText.set(text, [...(byText.get(text) ?? []), component]);
  }
  const sections = [...byText].map(([text, owners]) => {
    const names = owners.map(({ name, version, licence }) => `${name} ${version} (${licence})`);
    return `${names.join('\n')}\n\n${text}\n`;
  });
  return ['This artifact holds code of others:\n', ...sections].join(`\n${'-'.repeat(80)}\n\n`);
};
