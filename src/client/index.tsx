export { ClusterMaintenanceClient as default } from './plugin';
