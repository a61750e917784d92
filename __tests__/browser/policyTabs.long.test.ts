import { describeBroken } from './policyTabs/broken';
import { describeCalendar } from './policyTabs/calendar';
import { describeFiles } from './policyTabs/files';
import { describeNothing } from './policyTabs/nothing';
import { describeErrors, sceneOfThisFile } from './policyTabs/opening';
import { describeQueue } from './policyTabs/queue';
import { describeRights } from './policyTabs/rights';
import { describeTime } from './policyTabs/time';
import { describeTrouble } from './policyTabs/trouble';

const scene = sceneOfThisFile();

describeNothing(scene);
describeFiles(scene);
describeCalendar(scene);
describeQueue(scene);
describeRights(scene);
describeTrouble(scene);
describeTime(scene);
describeBroken(scene);
describeErrors(scene);
