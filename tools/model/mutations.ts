import { ofDatabase } from './mutations/database';
import { ofLeader } from './mutations/leader';
import { ofManual } from './mutations/manual';
import type { Mutation } from './mutations/mutation';
import { ofNode } from './mutations/node';
import { ofStore } from './mutations/store';

/** A model that does not notice one of these proves nothing about the code as it is. */
export const MUTATIONS: readonly Mutation[] = [...ofStore, ...ofDatabase, ...ofLeader, ...ofNode, ...ofManual];
