import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProviderMirror, plannedChanges } from './terraform.ts';

describe('the provider mirror', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const aMirror = (path: string) => {
    const folder = join(home, path);
    mkdirSync(join(folder, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
    return folder;
  };

  it('is the named one before one at a usual place', () => {
    const usual = aMirror('.terraform.d/plugins');
    expect(findProviderMirror({}, home)).toBe(usual);
    const named = aMirror('named');
    expect(findProviderMirror({ TF_PROVIDER_MIRROR: named }, home)).toBe(named);
  });

  it('may be named by the folder of its registry', () => {
    const named = aMirror('named');
    const registry = join(named, 'registry.terraform.io');
    expect(findProviderMirror({ TF_PROVIDER_MIRROR: registry }, home)).toBe(named);
  });

  it('is none that does not hold the provider', () => {
    const usual = aMirror('.terraform.d/plugins');
    expect(findProviderMirror({ TF_PROVIDER_MIRROR: join(home, 'empty') }, home)).toBe(usual);
  });
});

describe('a plan', () => {
  const aChange = (address: string, change: object) => ({
    address,
    change: { actions: ['update'], before: {}, after: {}, ...change },
  });

  it('is told by its changes and the attributes that differ', () => {
    const plan = {
      resource_changes: [
        aChange('a.same', { actions: ['no-op'], before: { x: 1 }, after: { x: 1 } }),
        aChange('data.a.read', { actions: ['read'], before: null, after: { x: 1 } }),
        aChange('a.changed', { before: { x: 1, y: { z: 1 }, w: 0 }, after: { x: 1, y: { z: 2 } } }),
        aChange('a.made', { actions: ['create'], before: null, after: {}, after_unknown: { id: true } }),
      ],
    };
    expect(plannedChanges(plan)).toEqual([
      { address: 'a.changed', actions: ['update'], attributes: ['w', 'y'] },
      { address: 'a.made', actions: ['create'], attributes: [] },
    ]);
    expect(plannedChanges({})).toEqual([]);
  });
});
