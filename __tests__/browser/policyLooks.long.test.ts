import { describeGallery } from './policyTabs/gallery';
import { describeErrors, sceneOfThisFile } from './policyTabs/opening';

const scene = sceneOfThisFile();

describeGallery(scene);
describeErrors(scene);
