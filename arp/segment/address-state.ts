/**
 * 'probing': asked whether anybody has it, before the first claim; 'contested': somebody has;
 * 'nowhere': no interface fits, or the one that does is down.
 */
export type AddressState = 'owner' | 'backup' | 'probing' | 'contested' | 'nowhere'
