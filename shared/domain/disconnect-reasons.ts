/** Why a calendar cannot be followed any more. Reasons are told apart where Google's answers do; docs/webhook.md says by what. */

/**
 * Why a grant is gone. `revoked`: Google says that it is over, and gives no reason; the user took it back, or six months went by without
 * use, or the account is gone (https://developers.google.com/identity/protocols/oauth2#expiration). `expired`: it was given for a time, and
 * that is over. `admin_policy`: an administrator does not allow it. `access_narrowed`: it does not hold what is needed any more.
 */
export const LOSS_REASONS = ['revoked', 'expired', 'admin_policy', 'access_narrowed'] as const;
/** See LOSS_REASONS. */
export type LossReason = (typeof LOSS_REASONS)[number];

/**
 * `calendar_gone`: Google knows no such calendar, or does not show it to the user. The others are those of a grant; `access_narrowed` is
 * also said of a calendar of which Google shows too little.
 */
export const DISCONNECT_REASONS = [...LOSS_REASONS, 'calendar_gone'] as const;
/** See DISCONNECT_REASONS. */
export type DisconnectReason = (typeof DISCONNECT_REASONS)[number];
