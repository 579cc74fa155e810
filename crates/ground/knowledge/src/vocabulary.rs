//! The closed vocabularies of the data files: every word a technology or price file may use.
//!
//! A word means one thing for ever. A new word is one line here with its meaning; then data files
//! and the rules that ask for it may use it.

/// Declares a closed vocabulary: an enum, its kebab-case words, and the meaning of each word.
macro_rules! vocabulary {
    ($(#[$outer:meta])* $name:ident { $($variant:ident $word:literal $meaning:literal)+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $meaning] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The word as data files spell it.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// What the word means, in one line.
            pub const fn meaning(self) -> &'static str {
                match self { $($name::$variant => $meaning,)+ }
            }

            /// The entry for a word, or `None` where the vocabulary lacks it.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|entry| entry.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl Word for $name {
            const WORDS: &'static [&'static str] = &[$($word,)+];
            fn parse(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }
    };
}

/// What the file reader needs of a vocabulary.
pub(crate) trait Word: Sized + 'static {
    const WORDS: &'static [&'static str];
    fn parse(word: &str) -> Option<Self>;
}

vocabulary! {
    /// The part a technology can play in a system.
    Role {
        Store "store" "Keeps the records the business cannot lose."
        Cache "cache" "Keeps copies that may be lost, for speed."
        Broker "broker" "Carries messages between processes."
        Runtime "runtime" "Executes application code."
        Gateway "gateway" "Terminates requests at the edge and forwards them."
        LoadBalancer "load-balancer" "Spreads requests or connections over instances."
        Cdn "cdn" "Serves content from places near the user."
        ObjectStore "object-store" "Keeps whole files under a key."
        Search "search" "Answers ranked text queries from an index."
        Analytics "analytics" "Aggregates many rows by column scans."
        Identity "identity" "Authenticates people and issues tokens."
        Orchestrator "orchestrator" "Places, restarts and scales containers on machines."
        ContainerPlatform "container-platform" "Runs containers without machines of one's own."
        Serverless "serverless" "Runs a function per event and bills per call."
        Host "host" "A virtual machine that runs processes under a supervisor."
    }
}

vocabulary! {
    /// What a technology can do. A capability is listed only where the technology's own
    /// documentation says so; absence means no, or not known.
    Capability {
        Relational "relational" "Tables with typed columns, keys, joins and SQL."
        Transactions "transactions" "Several statements over several rows commit or roll back as one."
        SerializableIsolation "serializable-isolation" "Transactions may run as if one after another."
        RowLocks "row-locks" "A transaction can lock single rows against others."
        SkipLocked "skip-locked" "A reader can skip rows that others hold locked: a table works as a queue."
        ForeignKeys "foreign-keys" "References between tables are enforced."
        UniqueConstraints "unique-constraints" "A key is enforced unique across all rows."
        CheckConstraints "check-constraints" "A predicate on each row is enforced on write."
        ExclusionConstraints "exclusion-constraints" "Overlapping ranges are refused by the store (double booking)."
        PartialIndex "partial-index" "An index over the rows that satisfy a predicate."
        SecondaryIndex "secondary-index" "Lookups by fields other than the primary key."
        RangePartitioning "range-partitioning" "A table splits by ranges of a column; a range is dropped as a whole."
        HashPartitioning "hash-partitioning" "Data spreads over nodes or partitions by a hash of the key."
        RowLevelSecurity "row-level-security" "The store itself filters rows by the current role or tenant."
        MaterializedViews "materialized-views" "A query's result is stored and refreshed, by hand or continuously."
        Json "json" "A field holds JSON, and queries and indexes reach into it."
        FullText "full-text" "Ranked text search with stemming."
        Geo "geo" "Points and shapes with distance and containment queries."
        KeyValue "key-value" "Get and set by key."
        Document "document" "Nested records read and written whole."
        WideColumn "wide-column" "Partition key and clustering key; rows ordered within a partition."
        TimeSeries "time-series" "Storage laid out by time, with retention and downsampling."
        Columnar "columnar" "Column storage for scans over many rows."
        SortedSet "sorted-set" "Members ordered by a score, with rank queries (leaderboards)."
        AtomicCounter "atomic-counter" "Increment without reading first."
        ConditionalWrite "conditional-write" "A write succeeds only if the record is as expected."
        Ttl "ttl" "Records expire by themselves after a set time."
        ChangeData "change-data" "Committed changes can be read as an ordered stream."
        Object "object" "Whole files under a key, of megabytes to terabytes."
        PresignedUrl "presigned-url" "A client uploads or downloads directly with a signed, expiring link."
        Lifecycle "lifecycle" "Objects move to a cheaper tier or are deleted by age."
        Versioning "versioning" "Earlier versions of an object are kept."
        Embedded "embedded" "Runs inside the application's process: no server to operate."
        Durable "durable" "An acknowledged write survives a crash of the process and of the machine's power."
        InMemory "in-memory" "The working set is kept in memory."
        Queue "queue" "Each message goes to one consumer and is removed when acknowledged."
        Stream "stream" "An append-only log that several readers follow at their own positions."
        Replay "replay" "A consumer can read old messages again."
        ConsumerGroups "consumer-groups" "Consumers share a stream's partitions among themselves."
        OrderingPerKey "ordering-per-key" "Messages with one key arrive in order."
        PubSub "pub-sub" "One message reaches every subscriber."
        DelayedDelivery "delayed-delivery" "A message is delivered after a set delay."
        DeadLetter "dead-letter" "A message that keeps failing is set aside by the broker."
        AtLeastOnce "at-least-once" "A message is redelivered until acknowledged."
        ExactlyOnceProcessing "exactly-once-processing" "Consume, compute and produce can be one atomic step within the broker."
        Deduplication "deduplication" "The broker drops a message it has already accepted, within a window."
        PriorityQueue "priority-queue" "Urgent messages overtake others."
        Mqtt "mqtt" "Speaks MQTT to devices, with retained messages and sessions."
        ReadReplicas "read-replicas" "Copies of the data serve reads."
        SynchronousReplication "synchronous-replication" "A commit can wait until another node has it."
        AutomaticFailover "automatic-failover" "Another node takes over without a person, by itself or by its usual managed offering."
        HorizontalWrites "horizontal-writes" "Write capacity grows by adding nodes."
        MultiRegion "multi-region" "Replicates across regions as a documented feature."
        PointInTimeRecovery "point-in-time-recovery" "Restores to any moment within a window."
        ManagedByCloud "managed-by-cloud" "At least one provider operates it for you."
        StaticContent "static-content" "Serves files."
        TlsTermination "tls-termination" "Ends TLS for the services behind it."
        RateLimit "rate-limit" "Limits requests per client."
        ReverseProxy "reverse-proxy" "Forwards HTTP requests to services behind it."
        ResponseCache "response-cache" "Caches responses of the services behind it."
        HealthChecks "health-checks" "Stops sending to instances that fail a probe."
        Layer4 "layer-4" "Balances TCP or UDP connections."
        Layer7 "layer-7" "Routes by host, path or header."
        WebSocket "websocket" "Carries WebSocket connections."
        HttpServer "http-server" "Serves HTTP with its usual frameworks."
        Threads "threads" "One process uses several cores."
        AsyncIo "async-io" "Thousands of waiting requests cost no thread each."
        FastStart "fast-start" "Starts serving within a second, so scale-out and functions are quick."
        Autoscaling "autoscaling" "Adds and removes instances by load."
        ScaleToZero "scale-to-zero" "Costs nothing while idle."
        RollingUpdate "rolling-update" "Replaces instances without downtime."
        SelfHealing "self-healing" "Restarts what fails or stops answering."
        ScheduledJobs "scheduled-jobs" "Starts work at set times."
        OpenidConnect "openid-connect" "Logs people in by OpenID Connect and issues tokens."
    }
}

vocabulary! {
    /// What one does to a technology, as the performance model counts it.
    Operation {
        PointRead "point-read" "Store: read one record by its key."
        RangeRead "range-read" "Store: read consecutive records by an index; cost per row in `per_row_us`."
        Insert "insert" "Store: insert one record; each secondary index adds `per_index_us`."
        Update "update" "Store: change one record found by key."
        Delete "delete" "Store: remove one record found by key."
        Commit "commit" "Store: end a transaction durably."
        Dequeue "dequeue" "Store: take one row from a queue table and remove it."
        Aggregate "aggregate" "Store: group and sum over rows; cost per row in `per_row_us`."
        TextSearch "text-search" "Store or search engine: one ranked text query."
        Get "get" "Cache or object store: read one value or object."
        Set "set" "Cache: write one value."
        Put "put" "Object store: write one object."
        Sign "sign" "Object store: make one presigned link, in the client."
        Publish "publish" "Broker: accept one message."
        Consume "consume" "Broker: hand over one message, with its acknowledgement."
        Request "request" "Runtime: receive, route and answer one HTTP request, without business work."
        Call "call" "Runtime: one outgoing call, on the client's side."
        Render "render" "Runtime: serialise one response; cost per KiB in `per_kib_us`."
        Static "static" "Gateway: serve one small file."
        Proxy "proxy" "Gateway: forward one request and its response."
    }
}

vocabulary! {
    /// How far reads may lag behind acknowledged writes.
    Consistency {
        Strong "strong" "A read of the primary sees every acknowledged write."
        Tunable "tunable" "Chosen per request or per table; the default is named in the note."
        Eventual "eventual" "A read may miss recent writes for a while."
        NotApplicable "not-applicable" "Keeps no state that others read."
    }
}

vocabulary! {
    /// How a number came about.
    Kind {
        Measured "measured" "Measured by us on the stated hardware; the bench is in the repository."
        Published "published" "Stated by the vendor, the project or a named third party."
    }
}

vocabulary! {
    /// What a published availability covers.
    Scope {
        Instance "instance" "One instance in one zone."
        ZoneRedundant "zone-redundant" "Instances in two or more zones of one region."
        Region "region" "The service in one region, as the provider runs it."
        MultiRegion "multi-region" "Replicated over regions."
    }
}

vocabulary! {
    /// What a limit bounds.
    LimitName {
        Connections "connections" "Open client connections to one instance."
        Writers "writers" "Processes or transactions that may write at once."
        CommandThreads "command-threads" "Threads that execute commands in one instance."
        ItemBytes "item-bytes" "One record, row, document or value."
        KeyBytes "key-bytes" "One key."
        FieldBytes "field-bytes" "One field of a record."
        ColumnsPerTable "columns-per-table" "Columns in one table."
        TableBytes "table-bytes" "One table or collection."
        DatabaseBytes "database-bytes" "One database or one node's data."
        ObjectBytes "object-bytes" "One object."
        PartSingleUploadBytes "single-upload-bytes" "One object uploaded in a single request."
        MessageBytes "message-bytes" "One message."
        PayloadBytes "payload-bytes" "One request's or response's body."
        BatchItems "batch-items" "Items in one batch or transaction."
        InFlightMessages "in-flight-messages" "Messages delivered and not yet acknowledged."
        RetentionS "retention-s" "How long messages or records are kept."
        DelayS "delay-s" "The longest delivery delay."
        PartitionReadsPerS "partition-reads-per-s" "Reads per second of one partition, shard or prefix."
        PartitionWritesPerS "partition-writes-per-s" "Writes per second of one partition, shard or prefix."
        PartitionReadBytesPerS "partition-read-bytes-per-s" "Bytes read per second of one partition."
        PartitionWriteBytesPerS "partition-write-bytes-per-s" "Bytes written per second to one partition."
        RequestsPerS "requests-per-s" "Requests per second in the service's default quota."
        Instances "instances" "Instances, nodes or members in one cluster."
        ReplicationMembers "replication-members" "Members that may vote in one replica set."
        ReadReplicas "read-replicas" "Read replicas of one primary."
        Shards "shards" "Shards, partitions or slots in one cluster."
        ShardBytes "shard-bytes" "Recommended size of one shard."
        Concurrency "concurrency" "Requests executed at once, by default."
        ExecutionS "execution-s" "The longest run of one call or one transaction."
        IdleTimeoutS "idle-timeout-s" "Seconds until an idle connection is closed, by default."
        MemoryBytes "memory-bytes" "Memory of one instance or function."
        Vcpus "vcpus" "Virtual processors of one instance or task."
        Nodes "nodes" "Machines in one cluster."
        Pods "pods" "Pods or tasks in one cluster."
        PodsPerNode "pods-per-node" "Pods on one machine."
        Targets "targets" "Targets behind one load balancer."
        Rules "rules" "Routing rules of one load balancer."
    }
}

vocabulary! {
    /// The unit of a limit or a throughput.
    Unit {
        Count "count" "A plain number."
        Bytes "bytes" "Bytes."
        Seconds "s" "Seconds."
        Milliseconds "ms" "Milliseconds."
        PerSecond "per-s" "Operations, messages or requests per second."
        PerSecondPerCore "per-s-per-core" "Operations per second and physical core."
        BytesPerSecond "bytes-per-s" "Bytes per second."
        Percent "percent" "Per cent."
    }
}

vocabulary! {
    /// What a price item buys. Families with sizes carry `vcpu` and `memory_gib`.
    Family {
        Vm "vm" "A virtual machine with whole cores (sizes)."
        VmBurstable "vm-burstable" "A virtual machine with shared or credit-limited cores (sizes)."
        Database "database" "A managed relational database instance in one zone (sizes)."
        DatabaseZoneRedundant "database-zone-redundant" "The same with a synchronous standby in a second zone (sizes)."
        DatabaseStorageGibMonth "database-storage-gib-month" "Storage of a managed database in one zone."
        DatabaseStorageZoneRedundantGibMonth "database-storage-zone-redundant-gib-month" "Storage of a managed database in two zones."
        DocumentDatabase "document-database" "A managed document database node (sizes)."
        Cache "cache" "A managed cache node (sizes)."
        Broker "broker" "A managed log broker node (sizes)."
        QueueBroker "queue-broker" "A managed message-queue broker node (sizes)."
        BrokerStorageGibMonth "broker-storage-gib-month" "Storage of a managed broker."
        Search "search" "A managed search node (sizes)."
        ContainerVcpuHour "container-vcpu-hour" "A vCPU for a container, per hour."
        ContainerGibHour "container-gib-hour" "A GiB of memory for a container, per hour."
        FunctionGibSecond "function-gib-second" "A GiB of function memory for one second."
        FunctionMillionRequests "function-million-requests" "A million function calls."
        OrchestratorControlPlane "orchestrator-control-plane" "A managed Kubernetes control plane."
        BlockStorageGibMonth "block-storage-gib-month" "Disk for machines."
        ObjectStorageGibMonth "object-storage-gib-month" "Objects at rest, standard tier."
        ObjectStorageInfrequentGibMonth "object-storage-infrequent-gib-month" "Objects at rest, infrequent-access tier."
        ObjectStorageArchiveGibMonth "object-storage-archive-gib-month" "Objects at rest, archive tier."
        ObjectThousandWrites "object-thousand-writes" "A thousand object writes or listings."
        ObjectThousandReads "object-thousand-reads" "A thousand object reads."
        LoadBalancer "load-balancer" "A load balancer, before capacity."
        LoadBalancerCapacityHour "load-balancer-capacity-hour" "A capacity unit of a load balancer for an hour."
        Nat "nat" "A NAT gateway, before traffic."
        NatGib "nat-gib" "A GiB through a NAT gateway."
        EgressGib "egress-gib" "A GiB out to the internet."
        CrossZoneGib "cross-zone-gib" "A GiB between zones of one region, one direction."
        PublicAddress "public-address" "A public IPv4 address."
        CdnEgressGib "cdn-egress-gib" "A GiB from the content network to users."
        CdnMillionRequests "cdn-million-requests" "A million requests to the content network."
        QueueMillionRequests "queue-million-requests" "A million requests to a queue service, standard."
        QueueFifoMillionRequests "queue-fifo-million-requests" "A million requests to a queue service, in order."
        NotificationMillionRequests "notification-million-requests" "A million published notifications."
        StreamShardHour "stream-shard-hour" "One shard of a managed stream for an hour."
        StreamMillionPutUnits "stream-million-put-units" "A million 25 KiB units written to a managed stream."
        KeyValueMillionWrites "key-value-million-writes" "A million write units of a managed key-value store, on demand."
        KeyValueMillionReads "key-value-million-reads" "A million read units of a managed key-value store, on demand."
        KeyValueStorageGibMonth "key-value-storage-gib-month" "Storage of a managed key-value store."
        LogGib "log-gib" "A GiB of logs taken in."
        MetricMonth "metric-month" "One custom metric for a month."
        SecretMonth "secret-month" "One stored secret for a month."
        DnsZoneMonth "dns-zone-month" "One DNS zone for a month."
        KeyMonth "key-month" "One encryption key for a month."
    }
}

vocabulary! {
    /// What one price is for.
    PriceUnit {
        Hour "hour" "One hour of the thing."
        Month "month" "One month of the thing."
        GibMonth "gib-month" "One GiB kept for a month."
        Gib "gib" "One GiB moved."
        VcpuHour "vcpu-hour" "One vCPU for an hour."
        GibHour "gib-hour" "One GiB of memory for an hour."
        GibSecond "gib-second" "One GiB of memory for a second."
        ThousandRequests "thousand-requests" "A thousand requests."
        MillionRequests "million-requests" "A million requests."
        CapacityUnitHour "capacity-unit-hour" "One capacity unit for an hour."
    }
}
