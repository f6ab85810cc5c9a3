# A destroy that is refused is refused before anything is gone. Google refuses to delete a guarded database, and only that: functions,
# queue and grants would be gone by the time it says so. Whatever depends on others is destroyed before them, so this, which depends on
# everything of the module, goes first; while the database is guarded it does not go. It goes first, too, where an apply would delete the
# database: to put one in another place, or under another name, in its stead.

# Changes where the database is to go or another is to take its place, whose id nobody knows yet, and with nothing else.
resource "terraform_data" "database" {
  input = google_firestore_database.this[*].id
}

resource "terraform_data" "guard" {
  input = var.firestore.deletion_protection ? "guarded" : "open"

  provisioner "local-exec" {
    when    = destroy
    command = self.input == "guarded" ? "echo The database is guarded against deletion and nothing has been destroyed. If it is to go, set firestore.deletion_protection to false and apply, then repeat this. If not, take back what asks for another database: prefix, firestore or kms_key, or region without firestore.location. && exit 1" : "exit 0"
  }

  lifecycle {
    replace_triggered_by = [terraform_data.database]
  }

  # Everything; a test compares.
  depends_on = [
    google_cloud_run_v2_service_iam_member.anyone_connects,
    google_cloud_run_v2_service_iam_member.anyone_notifies,
    google_cloud_run_v2_service_iam_member.people_manage,
    google_cloud_run_v2_service_iam_member.pubsub_pushes,
    google_cloud_run_v2_service_iam_member.scheduler_ticks,
    google_cloud_scheduler_job.tick,
    google_cloudfunctions2_function.behind,
    google_cloudfunctions2_function.receiver,
    google_firestore_backup_schedule.daily,
    google_firestore_database.this,
    google_firestore_field.expiring,
    google_firestore_field.unindexed,
    google_firestore_index.this,
    google_kms_crypto_key_iam_member.agent,
    google_logging_metric.counter,
    google_logging_metric.distribution,
    google_monitoring_alert_policy.this,
    google_monitoring_custom_service.this,
    google_monitoring_dashboard.this,
    google_monitoring_slo.freshness,
    google_project_iam_member.build,
    google_project_iam_member.operators_monitoring,
    google_project_iam_member.operators_schedule,
    google_project_iam_member.operators_store,
    google_project_iam_member.refresh_tokens,
    google_project_iam_member.store,
    google_project_service.this,
    google_project_service_identity.agent,
    google_pubsub_subscription.dead_letters,
    google_pubsub_subscription.replay,
    google_pubsub_subscription.work,
    google_pubsub_subscription_iam_member.agent_hands_on,
    google_pubsub_subscription_iam_member.operators,
    google_pubsub_topic.dead_letters,
    google_pubsub_topic.work,
    google_pubsub_topic_iam_member.publisher,
    google_secret_manager_secret.this,
    google_secret_manager_secret_iam_member.reader,
    google_secret_manager_secret_version.written,
    google_service_account.this,
    google_service_account_iam_member.sign_for_users,
    google_storage_bucket.archive,
    google_storage_bucket_object.archive,
    terraform_data.database,
    terraform_data.secret_regions,
    time_sleep.apis,
    time_sleep.database,
    time_sleep.key_grants,
    time_sleep.project_grants,
  ]
}
