import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { picture } from '../pictures';
import { newPerson, PRODUCTION } from '../policy';
import { openPages, openStage } from '../stage';
import { TAB_LOOKS } from './looks';
import { Scene } from './scene';

/** Two nodes of a production cluster for all tests of a file, and pictures of what was open when one fails. */
export function sceneOfThisFile(): Scene {
  const scene = new Scene();
  beforeAll(async () => {
    scene.begin(await openStage({ nodes: 2, drainDeadline: 20_000, hold: 10_000, env: PRODUCTION }));
    scene.second = await newPerson(scene.stage, 'grace', 'admin');
    const enabledLanguages = [...new Set(TAB_LOOKS.map(({ locale }) => locale))];
    await scene.admin.post('systemSettings:update?filterByTk=1', { enabledLanguages });
  });
  afterAll(async () => {
    await scene.stage.close();
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      const name = task.name.replace(/\W+/g, '-').slice(0, 60);
      for (const [index, page] of openPages(scene.stage).entries()) await picture(page, `failed-${name}-${index}`);
    });
  });
  return scene;
}

/** Last of all. */
export function describeErrors(scene: Scene): void {
  describe('through all of this', () => {
    it('the plugin’s code has caused no error in any browser', () => {
      // The plugin manager handles no error of its requests, whatever it is: a browser then tells of the rejection.
      expect(scene.stage.errors.filter((error) => !error.startsWith('CanceledError'))).toEqual([]);
    });
  });
}
