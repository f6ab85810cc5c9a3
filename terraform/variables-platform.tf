# What a company's platform asks of an installation: keys, networks, builds, logs. Nothing of it is needed for a first one.

variable "archive_log_bucket" {
  description = "Bucket that takes the access logs of the archive's bucket; none if left out."
  type        = string
  default     = null

  validation {
    condition     = var.archive_log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.archive_log_bucket))
    error_message = "archive_log_bucket is the name of a bucket, without gs://."
  }
}

variable "build" {
  description = "Where functions are built: a private `worker_pool` of Cloud Build, and a `docker_repository` of Artifact Registry for the images (else `gcf-artifacts`, which Cloud Functions makes). Taken out again, the repository stays as it was: name another one."
  type = object({
    worker_pool       = optional(string)
    docker_repository = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.build.worker_pool == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/workerPools/[^/]+$", var.build.worker_pool))
    error_message = "worker_pool is named as projects/PROJECT/locations/REGION/workerPools/NAME."
  }
  validation {
    condition     = var.build.docker_repository == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/repositories/[^/]+$", var.build.docker_repository))
    error_message = "docker_repository is named as projects/PROJECT/locations/REGION/repositories/NAME."
  }
}

variable "kms_key" {
  description = "A key of Cloud KMS in `region` that encrypts secrets, topics, database and archive; Google's own keys if left out. The module grants its use to Google's service agents. Secrets then lie in `region` alone, and so does the database."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null ? true : can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key is named as projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, and lies in `region`."
  }
  validation {
    condition     = var.kms_key == null || contains([var.region, "-"], coalesce(var.firestore.location, "-"))
    error_message = "A database that is encrypted with a key of one region lies there: leave firestore.location out."
  }
}

variable "network" {
  description = "The VPC that the workers reach a private conference system through (direct VPC egress), with the network tags that firewall rules know them by. `egress` is PRIVATE_RANGES_ONLY, or ALL_TRAFFIC, which needs Private Google Access on the subnet."
  type = object({
    network    = optional(string)
    subnetwork = string
    tags       = optional(list(string), [])
    egress     = optional(string, "PRIVATE_RANGES_ONLY")
  })
  default = null

  validation {
    condition     = var.network == null ? true : contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], var.network.egress)
    error_message = "egress is PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  }
  validation {
    condition = var.network == null ? true : alltrue([
      for name in compact([var.network.network, var.network.subnetwork]) : can(regex("^(projects/[^/]+/(global/networks|regions/[^/]+/subnetworks)/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", name))
    ])
    error_message = "network and subnetwork are names, or paths such as projects/HOST/regions/REGION/subnetworks/NAME."
  }
  validation {
    condition     = var.network == null ? true : var.network.subnetwork != "" && alltrue([for tag in var.network.tags : can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", tag))])
    error_message = "subnetwork is given, and a tag has at most 63 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "receiver" {
  description = "How Google Calendar reaches the receiver. Behind a load balancer: `ingress = \"ALLOW_INTERNAL_AND_GCLB\"` and the balancer's https `address`. `open_to_all = false` grants nothing to `allUsers`, where the platform lets everybody in by another way: see docs/deploy.md."
  type = object({
    address     = optional(string)
    ingress     = optional(string, "ALLOW_ALL")
    open_to_all = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_AND_GCLB"], var.receiver.ingress)
    error_message = "ingress is ALLOW_ALL or ALLOW_INTERNAL_AND_GCLB: Google Calendar calls from the internet."
  }
  validation {
    condition     = var.receiver.ingress == "ALLOW_ALL" || var.receiver.address != null
    error_message = "Behind a load balancer the receiver is called at an address of yours: give it."
  }
  validation {
    condition     = var.receiver.address == null ? true : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\\s@?#]*)?$", var.receiver.address))
    error_message = "address is an https address without a user name, a query or a fragment."
  }
}

variable "scheduler_region" {
  description = "Region of the Cloud Scheduler job, where `region` has no Cloud Scheduler."
  type        = string
  default     = null

  validation {
    condition     = var.scheduler_region == null ? true : can(regex("^[a-z]+-[a-z]+[0-9]+$", var.scheduler_region))
    error_message = "scheduler_region is a region of Google Cloud, such as europe-west1."
  }
}

variable "secret_regions" {
  description = "Regions that the secrets lie in; wherever Google likes (automatic replication) if left out, which organisation policies on locations forbid. They cannot be changed afterwards."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.secret_regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))]) && length(distinct(var.secret_regions)) == length(var.secret_regions)
    error_message = "Each entry is a region of Google Cloud, such as europe-west1, and stands there once."
  }
  validation {
    condition     = var.kms_key == null || length(setsubtract(var.secret_regions, [var.region])) == 0
    error_message = "Secrets that are encrypted with a key of one region lie there: leave secret_regions out."
  }
}
