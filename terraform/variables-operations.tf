# How it is kept running: alerts, the queue's patience, secrets.

variable "alerting" {
  description = "Where alerts go and when. `notification_channels`: `page` hears of what is critical, `ticket` of the rest. `runbook_url` is the address of docs/runbook.md as your people open it; each alert links to its section. `freshness`: this share of edits (`objective`) is to be applied within `within_s`; `slo` adds the SLO itself and needs the metrics to exist, so switch it on in a second apply."
  type = object({
    runbook_url = string
    notification_channels = optional(object({
      page   = optional(list(string), [])
      ticket = optional(list(string), [])
    }), {})
    live_message_age_s     = optional(number, 300)
    upkeep_message_age_s   = optional(number, 3600)
    reconcile_share        = optional(number, 0.5)
    reconcile_share_counts = optional(number, 20)
    freshness = optional(object({
      within_s  = optional(number, 30)
      objective = optional(number, 0.99)
      slo       = optional(bool, false)
    }), {})
  })
  nullable = false

  validation {
    condition     = can(regex("^https://[^#\\s]+$", var.alerting.runbook_url)) && length(var.alerting.runbook_url) <= 2000
    error_message = "runbook_url is an https address of at most 2000 characters without a fragment: the fragment is the alert's name."
  }
  validation {
    condition     = alltrue([for channel in concat(var.alerting.notification_channels.page, var.alerting.notification_channels.ticket) : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", channel))])
    error_message = "A notification channel is named as projects/PROJECT/notificationChannels/NUMBER, which is the `name` of google_monitoring_notification_channel; an e-mail address is none."
  }
  validation {
    condition     = length(var.alerting.notification_channels.page) <= 16 && length(var.alerting.notification_channels.ticket) <= 16
    error_message = "Cloud Monitoring takes at most 16 notification channels for an alert."
  }
  validation {
    condition     = var.alerting.live_message_age_s >= 1 && var.alerting.upkeep_message_age_s >= 1 && var.alerting.reconcile_share_counts >= 0
    error_message = "live_message_age_s and upkeep_message_age_s are at least 1, reconcile_share_counts at least 0."
  }
  validation {
    condition     = var.alerting.reconcile_share > 0 && var.alerting.reconcile_share <= 1
    error_message = "reconcile_share is a share: above 0, at most 1."
  }
  validation {
    condition     = contains([1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600], var.alerting.freshness.within_s)
    error_message = "freshness.within_s has to be a bound of the histogram: 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800 or 3600."
  }
  validation {
    condition     = var.alerting.freshness.objective > 0.5 && var.alerting.freshness.objective <= 0.9999
    error_message = "freshness.objective is a share above 0.5 and at most 0.9999, such as 0.99."
  }
}

# By default a message waits for fifteen hours for a database that cannot be reached: with fewer attempts a night without one fills the dead
# letters. What is poison the worker puts away itself, at its tenth failure; what kills the worker each time is tried as long.
variable "redelivery" {
  description = "How Pub/Sub offers a message again, when it gives up, and how long messages are kept for replay (topic) and for a person to look at (dead letters)."
  type = object({
    ack_deadline_s           = optional(number, 600)
    attempts_max             = optional(number, 100)
    backoff_min_s            = optional(number, 10)
    backoff_max_s            = optional(number, 600)
    retention_days           = optional(number, 7)
    dead_letter_retention_d  = optional(number, 31)
    scheduler_attempts_extra = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for value in values(var.redelivery) : floor(value) == value])
    error_message = "Each of these is a whole number."
  }
  validation {
    condition     = var.redelivery.ack_deadline_s >= 10 && var.redelivery.ack_deadline_s <= 600
    error_message = "ack_deadline_s is between 10 and 600, the bounds of Pub/Sub."
  }
  validation {
    condition     = var.redelivery.attempts_max > 10 && var.redelivery.attempts_max <= 100
    error_message = "attempts_max is between 11 and 100: the worker itself puts a message away at its tenth failure and says why; Pub/Sub's own limit is the net below."
  }
  validation {
    condition     = var.redelivery.backoff_min_s >= 0 && var.redelivery.backoff_min_s <= var.redelivery.backoff_max_s && var.redelivery.backoff_max_s <= 600
    error_message = "backoff_min_s and backoff_max_s are between 0 and 600, the bounds of Pub/Sub, and backoff_min_s is not the longer one."
  }
  validation {
    condition     = var.redelivery.scheduler_attempts_extra >= 0 && var.redelivery.scheduler_attempts_extra <= 5
    error_message = "scheduler_attempts_extra is between 0 and 5, the bounds of Cloud Scheduler."
  }
  validation {
    condition     = alltrue([for days in [var.redelivery.retention_days, var.redelivery.dead_letter_retention_d] : days >= 1 && days <= 31])
    error_message = "Pub/Sub keeps messages for 31 days at most; less than one day leaves nothing to replay."
  }
}

variable "secret_values" {
  description = "The secrets' values where this module writes them (see `secrets`): the key ring of channel tokens, the webhook's ring of `whsec_` keys (each newest first and comma separated) and the secret of the OAuth client. Goes into Secret Manager and neither into the plan nor the state. Give it as TF_VAR_secret_values."
  type = object({
    channel_token_keys        = optional(string)
    conference_webhook_secret = optional(string)
    connection_keys           = optional(string)
    oauth_client_secret       = optional(string)
  })
  default   = {}
  ephemeral = true
  sensitive = true
  nullable  = false

  validation {
    condition = alltrue([
      var.secrets.channel_token_keys.version != null || var.secret_values.channel_token_keys != null,
      var.secrets.conference_webhook_secret.version != null || var.secret_values.conference_webhook_secret != null || var.conference.backend != "webhook",
      var.secrets.connection_keys.version != null || var.secret_values.connection_keys != null || var.connect == null,
      var.secrets.oauth_client_secret.version != null || var.secret_values.oauth_client_secret != null || !contains(["oauth", "delegation,oauth"], var.calendar.auth),
    ])
    error_message = "A secret without a version in `secrets` needs its value here, at this apply and at each until a version is named."
  }
}

variable "secrets" {
  description = "Which version of each secret the functions read. With a `version` the module only refers to it (a person or a pipeline added it); without one it writes `secret_values`, again whenever `revision` is raised. `secret` names one of this project that is there already: the module makes none, and needs its `version`."
  type = object({
    channel_token_keys = optional(object({
      secret   = optional(string)
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
    conference_webhook_secret = optional(object({
      secret   = optional(string)
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
    connection_keys = optional(object({
      secret   = optional(string)
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
    oauth_client_secret = optional(object({
      secret   = optional(string)
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for s in values(var.secrets) : s.version == null || can(regex("^[1-9][0-9]*$", s.version))])
    error_message = "version is a number, not latest: a rotation is a deployment that can be seen and taken back."
  }
  validation {
    condition     = alltrue([for s in values(var.secrets) : s.secret == null ? true : can(regex("^[A-Za-z0-9_-]{1,255}$", s.secret)) && s.version != null])
    error_message = "secret is the name of a secret of this project, without its path, and needs the version that is to be read."
  }
  validation {
    condition     = alltrue([for s in values(var.secrets) : s.revision >= 1 && floor(s.revision) == s.revision])
    error_message = "revision is a whole number from 1; raise it to have the value written again."
  }
}
