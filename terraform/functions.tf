# The deployments of the functions: five, and a sixth where users connect. The receiver stands apart, because the others are told its address.

locals {
  # Where each deployment is called. Known before it is made: an address that is only known afterwards would make the variables of
  # the others unknown whenever the receiver is replaced, and the provider then refuses its own plan. A postcondition holds them to
  # what Google gives out, and the smoke test asks there.
  # https://cloud.google.com/run/docs/triggering/https-request#deterministic
  addresses = {
    for name in keys(local.runtime_accounts) : name => "https://${var.prefix}${name}-${data.google_project.this.number}.${var.region}.run.app"
  }

  # Where Google Calendar is told to call.
  receiver_address = coalesce(var.receiver.address, local.addresses["receive-notification"])

  # Where users' browsers come to connect, and Google sends them back to; null where nobody connects.
  connect_address = var.connect == null ? null : coalesce(var.connect.address, local.addresses["connect-calendars"])

  # Everything but secrets. What is null is not set, so that the default of the code holds.
  environment = {
    for name, value in {
      GOOGLE_CLOUD_PROJECT           = var.project_id
      WORK_TOPIC                     = google_pubsub_topic.work.name
      DEAD_LETTER_TOPIC              = google_pubsub_topic.dead_letters.name
      FIRESTORE_DATABASE             = time_sleep.database.triggers["name"]
      CALENDAR_AUTH                  = var.calendar.auth
      DELEGATION_SERVICE_ACCOUNT     = one([for name in keys(local.delegated_account) : local.emails[name]])
      DELEGATION_DOMAINS             = length(var.calendar.delegation_domains) > 0 ? join(",", var.calendar.delegation_domains) : null
      OAUTH_CLIENT_ID                = var.calendar.oauth_client_id
      OAUTH_SECRET_PREFIX            = local.has_consents ? local.refresh_token_prefix : null
      CONNECT_URL                    = local.connect_address
      CONNECT_RETURN_HOSTS           = var.connect == null ? null : join(",", var.connect.return_hosts)
      CHANNEL_TTL_SECONDS            = var.calendar.channel_ttl_s
      CHANNEL_RENEWAL_MARGIN_SECONDS = var.calendar.channel_renewal_margin_s
      FULL_SYNC_PAST_DAYS            = var.calendar.full_sync_past_days
      LEASE_SECONDS                  = var.calendar.lease_s
      RECONCILE_INTERVAL_SECONDS     = var.calendar.reconcile_interval_s
      RECONCILE_QUIET_SECONDS        = var.calendar.reconcile_quiet_s
      RECONCILE_UNPROVEN_SECONDS     = var.calendar.reconcile_unproven_s
      CONFERENCE_BACKEND             = var.conference.backend
      DELIVERY                       = var.conference.delivery
      CALENDAR_MESSAGES              = var.conference.calendar_messages
      CONFERENCE_WEBHOOK_URL         = var.conference.webhook_url
      CONFERENCE_SOLUTION_NAMES      = length(var.conference.solution_names) > 0 ? join(",", var.conference.solution_names) : null
      CONFERENCE_ENTRY_POINT_HOSTS   = length(var.conference.entry_point_hosts) > 0 ? join(",", var.conference.entry_point_hosts) : null
      CONFERENCE_PARAMETER_KEYS      = length(var.conference.parameter_keys) > 0 ? join(",", var.conference.parameter_keys) : null
      CONFERENCE_FIELDS              = var.conference.fields == null ? null : join(",", var.conference.fields)
      CANCEL_GRACE_SECONDS           = var.conference.cancel_grace_s
      DELIVERY_RETRY_SECONDS         = var.conference.delivery_retry_s == null ? null : join(",", var.conference.delivery_retry_s)
    } : name => tostring(value) if value != null
  }

  # A worker stops by itself at the end of its budget; the platform's own limit comes after that, Pub/Sub's deadline last.
  timeout_after_budget_s = 30

  workers = {
    "sync-calendar-live"   = var.functions.sync_calendar_live
    "sync-calendar-upkeep" = var.functions.sync_calendar_upkeep
  }

  # A stack trace names the files of the sources. The map is read when the first error is thrown, not at the start.
  # The young generation of V8 may otherwise grow to 128 MB. That is much of an instance's memory, and where the old generation could not
  # take it in, V8 collects without a pause: it did so in receivers that waited for a silent broker.
  node_options = "--enable-source-maps --max-semi-space-size=8"

  # Pushes of Pub/Sub and calls of Cloud Scheduler from the same project count as internal traffic.
  behind = merge(
    {
      for name, worker in local.workers : name => {
        entry_point = "syncCalendar"
        description = local.runtime_accounts[name]
        size        = worker
        timeout_s   = worker.time_budget_s + local.timeout_after_budget_s
        ingress     = "ALLOW_INTERNAL_ONLY"
        networks    = var.network[*]
        environment = merge(var.conference.environment, {
          SYNC_TIME_BUDGET_SECONDS = tostring(worker.time_budget_s)
          NODE_OPTIONS             = local.node_options
        })
      }
    },
    {
      "renew-channels" = {
        entry_point = "renewChannels"
        description = local.runtime_accounts["renew-channels"]
        size        = var.functions.renew_channels
        timeout_s   = local.tick_deadline_s - 10
        ingress     = "ALLOW_INTERNAL_ONLY"
        networks    = []
        environment = { NODE_OPTIONS = local.node_options }
      }
      "manage-calendars" = {
        entry_point = "manageCalendars"
        description = local.runtime_accounts["manage-calendars"]
        size        = var.functions.manage_calendars
        # A removal stops by itself after half of it, with a worker to go on.
        timeout_s   = 60
        ingress     = var.functions.manage_calendars.ingress
        networks    = []
        environment = { NODE_OPTIONS = local.node_options }
      }
    },
    var.connect == null ? {} : {
      "connect-calendars" = {
        entry_point = "connectCalendars"
        description = local.runtime_accounts["connect-calendars"]
        size        = var.functions.connect_calendars
        # Google's two answers and one transaction take ten seconds each at the most.
        timeout_s   = 60
        ingress     = var.connect.ingress
        networks    = []
        environment = { NODE_OPTIONS = local.node_options }
      }
    },
  )

  secret_environment = {
    for name in keys(local.runtime_accounts) : name => merge(
      contains(keys(local.workers), name) ? var.conference.secrets : {},
      {
        for key, secret in local.secrets : secret.env => {
          secret  = local.secret_ids[key]
          version = local.secret_versions[key]
        } if contains(secret.readers, name)
      },
    )
  }

  calendar_calls_per_minute_max = sum([for worker in values(local.workers) : worker.max_instances * worker.concurrency]) * 60 / var.calendar_quota.sync_s
}

resource "google_cloudfunctions2_function" "receiver" {
  #checkov:skip=CKV_GCP_124:Google Calendar calls from the internet; `receiver` puts a load balancer before it
  project     = var.project_id
  location    = var.region
  name        = "${var.prefix}receive-notification"
  description = local.runtime_accounts["receive-notification"]
  labels      = var.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = "receiveNotification"
    service_account   = google_service_account.this["build-functions"].id
    worker_pool       = var.build.worker_pool
    docker_repository = var.build.docker_repository
    source {
      storage_source {
        bucket = google_storage_bucket.archive.name
        object = google_storage_bucket_object.archive.name
      }
    }
  }

  service_config {
    available_cpu                    = tostring(var.functions.receive_notification.cpu)
    available_memory                 = var.functions.receive_notification.memory
    max_instance_request_concurrency = var.functions.receive_notification.concurrency
    min_instance_count               = var.functions.receive_notification.min_instances
    max_instance_count               = var.functions.receive_notification.max_instances
    timeout_seconds                  = 10
    # Google's notifications come from the internet.
    ingress_settings      = var.receiver.ingress
    service_account_email = google_service_account.this["receive-notification"].email
    environment_variables = merge(local.environment, { NODE_OPTIONS = local.node_options })

    dynamic "secret_environment_variables" {
      for_each = local.secret_environment["receive-notification"]
      content {
        key        = secret_environment_variables.key
        project_id = var.project_id
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }

  lifecycle {
    postcondition {
      condition     = can(regex("^https://${self.name}-[a-z0-9-]+\\.([a-z0-9-]+\\.)*run\\.app$", self.service_config[0].uri))
      error_message = "Google calls ${self.name} ${self.service_config[0].uri}, which is not made as addresses under run.app are: what calls it here, under the address ${local.addresses["receive-notification"]}, would not find it."
    }
  }

  # An instance that starts before its grants are there fails its first health check, and with it the whole apply.
  depends_on = [
    google_pubsub_topic_iam_member.publisher,
    google_secret_manager_secret_iam_member.reader,
    time_sleep.project_grants,
  ]
}

resource "google_cloudfunctions2_function" "behind" {
  #checkov:skip=CKV_GCP_124:workers and clock are internal; manage-calendars is behind IAM, and functions.manage_calendars.ingress shuts it in; browsers come to connect-calendars from the internet
  for_each = local.behind

  project     = var.project_id
  location    = var.region
  name        = "${var.prefix}${each.key}"
  description = each.value.description
  labels      = var.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = each.value.entry_point
    service_account   = google_service_account.this["build-functions"].id
    worker_pool       = var.build.worker_pool
    docker_repository = var.build.docker_repository
    source {
      storage_source {
        bucket = google_storage_bucket.archive.name
        object = google_storage_bucket_object.archive.name
      }
    }
  }

  service_config {
    available_cpu                    = tostring(each.value.size.cpu)
    available_memory                 = each.value.size.memory
    max_instance_request_concurrency = each.value.size.concurrency
    min_instance_count               = each.value.size.min_instances
    max_instance_count               = each.value.size.max_instances
    timeout_seconds                  = each.value.timeout_s
    ingress_settings                 = each.value.ingress
    direct_vpc_egress                = one([for network in each.value.networks : "VPC_EGRESS_${network.egress}"])
    service_account_email            = google_service_account.this[each.key].email
    environment_variables = merge(local.environment, each.value.environment, {
      RECEIVER_URL = local.receiver_address
    })

    dynamic "direct_vpc_network_interface" {
      for_each = each.value.networks
      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
        tags       = direct_vpc_network_interface.value.tags
      }
    }

    dynamic "secret_environment_variables" {
      for_each = local.secret_environment[each.key]
      content {
        key        = secret_environment_variables.key
        project_id = var.project_id
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(setintersection(keys(var.conference.environment), keys(local.environment))) == 0
      error_message = "The module sets ${join(", ", setintersection(keys(var.conference.environment), keys(local.environment)))} itself: take it out of conference.environment."
    }
    precondition {
      condition     = local.calendar_calls_per_minute_max <= var.calendar_quota.requests_per_minute
      error_message = "All instances of both workers together could make ${floor(local.calendar_calls_per_minute_max)} Calendar calls a minute, and the quota is ${var.calendar_quota.requests_per_minute}: lower max_instances or concurrency, or raise calendar_quota once Google has granted more."
    }
    postcondition {
      condition     = can(regex("^https://${self.name}-[a-z0-9-]+\\.([a-z0-9-]+\\.)*run\\.app$", self.service_config[0].uri))
      error_message = "Google calls ${self.name} ${self.service_config[0].uri}, which is not made as addresses under run.app are: what calls it here, under the address ${local.addresses[each.key]}, would not find it."
    }
  }

  depends_on = [
    google_pubsub_topic_iam_member.publisher,
    google_secret_manager_secret_iam_member.reader,
    google_service_account_iam_member.sign_for_users,
    time_sleep.project_grants,
  ]
}
