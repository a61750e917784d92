export { ClusterMaintenanceClientV2 as default } from './plugin';
