const ofTheQueueLibrary =
  "The table belongs to pg-boss, whose schema is checked against the library's own; its queues are few, and a scan of them costs nothing.";
const ownerOnly =
  "Meant to be closed: RLS without a policy shuts out every role but the owner, whose functions are the only way in.";

/**
 * Findings of `supabase db advisors` that are as they should be, by cache key, each with its reason.
 * Everything else that the check looks at fails it, and so does an entry here that is no longer found.
 */
export const acceptedFindings: Readonly<Record<string, string>> = {
  unindexed_foreign_keys_pgboss_job_common_dlq_fkey: ofTheQueueLibrary,
  unindexed_foreign_keys_pgboss_queue_queue_dead_letter_fkey: ofTheQueueLibrary,
  unindexed_foreign_keys_pgboss_subscription_subscription_name_fkey: ofTheQueueLibrary,
  rls_enabled_no_policy_private_alerts: ownerOnly,
  rls_enabled_no_policy_private_fit_records: ownerOnly,
  rls_enabled_no_policy_private_idempotency_keys: ownerOnly,
  rls_enabled_no_policy_private_messages: ownerOnly,
  rls_enabled_no_policy_private_paused_queues: ownerOnly,
  rls_enabled_no_policy_private_queue_rules: ownerOnly,
  rls_enabled_no_policy_private_rate_limits: ownerOnly,
  rls_enabled_no_policy_private_invitation_tokens: ownerOnly,
  rls_enabled_no_policy_private_calendar_feed_tokens: ownerOnly,
  rls_enabled_no_policy_private_calendar_revisions: ownerOnly,
  rls_enabled_no_policy_private_webhook_sequences: ownerOnly,
  rls_enabled_no_policy_private_document_counters: ownerOnly,
  rls_enabled_no_policy_private_gift_card_codes: ownerOnly,
  rls_enabled_no_policy_private_ledger_accounts: ownerOnly,
  rls_enabled_no_policy_private_ledger_entries: ownerOnly,
  rls_enabled_no_policy_private_ledger_transactions: ownerOnly,
  rls_enabled_no_policy_private_catalog_import_keys: ownerOnly,
  rls_enabled_no_policy_private_order_commissions: ownerOnly,
  rls_enabled_no_policy_private_payment_events: ownerOnly,
  rls_enabled_no_policy_private_provider_accounts: ownerOnly,
  rls_enabled_no_policy_private_product_documents: ownerOnly,
  rls_enabled_no_policy_private_review_measurements: ownerOnly,
  rls_enabled_no_policy_private_fit_models: ownerOnly,
  rls_enabled_no_policy_private_fit_rates: ownerOnly,
  rls_enabled_no_policy_private_fit_terms: ownerOnly,
  rls_enabled_no_policy_private_saved_payment_methods: ownerOnly,
  rls_enabled_no_policy_private_search_words: ownerOnly,
  rls_enabled_no_policy_private_show_holds: ownerOnly,
  rls_enabled_no_policy_private_tryon_uses: ownerOnly,
};
