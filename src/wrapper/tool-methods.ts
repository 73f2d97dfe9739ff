// Generated from the contracts of the tools, do not edit: npm run gen

/** How a method becomes a call: the tool, and the keys that its positional form takes in order. */
export interface MethodFacts {
  readonly tool: string;
  readonly keys: readonly string[];
  /** Those of the keys that hold text: whatever else is given there is written as JSON. */
  readonly texts?: readonly string[];
}

export const METHODS = {
  discoverPatterns: { tool: 'pattern_discovery', keys: [] },
  explainPattern: { tool: 'pattern_explain', keys: ['antecedent', 'consequent'] },
  processMap: { tool: 'process_map', keys: [] },
  evaluateOutput: {
    tool: 'reflexion_evaluate',
    keys: ['input', 'output', 'verdict', 'reasoning'],
    texts: ['input', 'output', 'reasoning'],
  },
  recallReflections: { tool: 'reflexion_recall', keys: [] },
  rateReflection: { tool: 'reflexion_feedback', keys: ['id', 'helped'] },
  getAgreement: { tool: 'reflexion_agreement', keys: [] },
  submitVote: { tool: 'consensus_vote', keys: ['consensusId', 'agentId', 'decision', 'reasoning'] },
  getConsensusStatus: { tool: 'consensus_status', keys: ['consensusId'] },
  openConsensus: { tool: 'consensus_open', keys: ['topic'] },
  closeConsensus: { tool: 'consensus_close', keys: ['consensusId'] },
  listConsensus: { tool: 'consensus_list', keys: [] },
  logEvent: { tool: 'telemetry_log', keys: ['event', 'metadata'] },
  queryEvents: { tool: 'telemetry_query', keys: [] },
  getTrace: { tool: 'telemetry_trace', keys: ['traceId'] },
  getPrompt: { tool: 'prompt_get', keys: ['name'] },
  savePrompt: { tool: 'prompt_save', keys: ['name', 'template', 'variables', 'metadata'] },
  listPrompts: { tool: 'prompt_list', keys: [] },
  labelPrompt: { tool: 'prompt_label', keys: ['name', 'label', 'version'] },
  diffPrompts: { tool: 'prompt_diff', keys: ['name', 'from', 'to'] },
  deletePrompt: { tool: 'prompt_delete', keys: ['name', 'version'] },
  trackLineage: { tool: 'lineage_track', keys: ['name', 'input', 'output', 'parentId'] },
  getLineage: { tool: 'lineage_get', keys: ['id'] },
  recordMetric: { tool: 'metric_record', keys: ['name', 'value', 'tags'] },
  getMetrics: { tool: 'metrics_get', keys: ['name'] },
  listMetrics: { tool: 'metric_list', keys: ['prefix'] },
  registerAgent: { tool: 'agent_register', keys: ['agentId', 'capabilities', 'metadata'] },
  getAgentStatus: { tool: 'agent_status', keys: ['agentId'] },
  heartbeat: { tool: 'agent_heartbeat', keys: ['agentId', 'status'] },
  findAgents: { tool: 'agent_find', keys: ['capabilities'] },
  deregisterAgent: { tool: 'agent_deregister', keys: ['agentId'] },
  listRuns: { tool: 'run_list', keys: [] },
  getRun: { tool: 'run_get', keys: ['id'] },
  exportData: { tool: 'data_export', keys: ['table'] },
  deleteData: { tool: 'data_delete', keys: [] },
} as const satisfies Record<string, MethodFacts>;

/** What discoverPatterns takes. */
export type DiscoverPatternsInput = {
  /** In which share of the cases, at least. */
  minSupport?: number;
  minConfidence?: number;
  maxPatterns?: number;
  kinds?: ('rule' | 'itemset' | 'sequence' | 'seq_rule')[];
  /** Keeps rules that lead to one of these, such as outcome=failure. */
  target?: string | string[];
  /** What counts as one case. */
  unit?: 'session' | 'trace' | 'agent';
  since?: string;
  until?: string;
  /** Items that are never used; "attr.user=*" for all of a key. */
  exclude?: string[];
  minCount?: number;
  maxLength?: number;
  maxConsequent?: number;
  minLift?: number;
  maxQValue?: number;
  condensed?: 'closed' | 'maximal' | 'all';
  /** How much surer a rule must be than every simpler one; -1 keeps them all. */
  minImprovement?: number;
  /** How many steps may lie between two of a sequence. */
  maxGap?: number;
  /** Cases of your own instead of sessions; for sequences their order counts. */
  transactions?: string[][];
  sortBy?: 'lift' | 'confidence' | 'support' | 'leverage' | 'qValue';
  save?: boolean;
};

/** What discoverPatterns answers. */
export type DiscoverPatternsOutput = {
  patterns: {
    id: string;
    kind: 'rule' | 'itemset' | 'sequence' | 'seq_rule';
    items: (string | string[])[];
    antecedent?: string[];
    consequent?: string[];
    count: number;
    n: number;
    support: number;
    confidence?: number;
    lift?: number;
    leverage?: number;
    conviction?: number | null;
    convictionInfinite?: boolean;
    jaccard?: number;
    zhang?: number;
    pValue?: number;
    qValue?: number;
    riskDifference?: {
      value: number;
      low: number;
      high: number;
      [key: string]: unknown;
    };
    description: string;
    evidence: string[];
    firstSeen: string | null;
    lastSeen: string | null;
    [key: string]: unknown;
  }[];
  meta: {
    runId: string;
    transactions: number;
    items: number;
    candidates: number;
    truncated: boolean;
    partial: boolean;
    elapsedMs: number;
    droppedAttributes: string[];
    bins: Record<string, number[]>;
    warnings: string[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
};

/** What explainPattern takes. */
export type ExplainPatternInput = {
  antecedent: string[];
  consequent: string[];
  /** What counts as one case. */
  unit?: 'session' | 'trace' | 'agent';
  since?: string;
  until?: string;
  /** Items that are never used; "attr.user=*" for all of a key. */
  exclude?: string[];
  examples?: number;
};

/** What explainPattern answers. */
export type ExplainPatternOutput = {
  table: {
    both: number;
    onlyIf: number;
    onlyThen: number;
    neither: number;
    [key: string]: unknown;
  };
  description: string;
  matching: {
    id: string;
    [key: string]: unknown;
  }[];
  counterExamples: {
    id: string;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What processMap takes. */
export type ProcessMapInput = {
  /** What counts as one case. */
  unit?: 'session' | 'trace' | 'agent';
  since?: string;
  until?: string;
  /** Items that are never used; "attr.user=*" for all of a key. */
  exclude?: string[];
  minCount?: number;
  maxVariants?: number;
  format?: 'json' | 'mermaid' | 'dot';
};

/** What processMap answers. */
export type ProcessMapOutput = {
  sessions: number;
  nodes: {
    event: string;
    count: number;
    [key: string]: unknown;
  }[];
  edges: {
    from: string;
    to: string;
    count: number;
    [key: string]: unknown;
  }[];
  variants: {
    events: string[];
    count: number;
    [key: string]: unknown;
  }[];
  text?: string;
  [key: string]: unknown;
};

/** What evaluateOutput takes. */
export type EvaluateOutputInput = {
  /** What was asked. */
  input?: string;
  /** What came out. */
  output?: string;
  verdict?: 'correct' | 'partial' | 'incorrect' | 'unknown';
  reasoning?: string;
  /** Completes an earlier evaluation, instead of input and output. */
  evaluationId?: string;
  /** What attempts at the same thing have in common. */
  task?: string;
  expected?: unknown;
  criteria?: {
    name: string;
    description?: string;
    steps?: string[];
    weight?: number;
    min?: number;
    max?: number;
    /** The least normalized score, from 0 to 1, that passes. */
    threshold?: number;
  }[];
  scores?: {
    criterion: string;
    score?: number;
    /** Several scores; their mean counts. */
    samples?: number[];
    /** The probability of each score; the expected score counts. */
    probabilities?: Record<string, number>;
    reason?: string;
  }[];
  checks?:
    | {
        type: 'equals';
        value: unknown;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'contains';
        value: string;
        ignoreCase?: boolean;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'not_contains';
        value: string;
        ignoreCase?: boolean;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'regex';
        pattern: string;
        flags?: string;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'json_valid';
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'json_schema';
        schema: boolean | Record<string, unknown>;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'number_close';
        value: number;
        absTol?: number;
        relTol?: number;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'token_f1';
        reference: string;
        min?: number;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'similarity';
        reference: string;
        min?: number;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'max_length';
        value: number;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }
    | {
        type: 'min_length';
        value: number;
        name?: string;
        weight?: number;
        /** A required check that fails makes the output incorrect. */
        required?: boolean;
      }[];
  /** What to do differently next time; it is recalled later. */
  reflection?: string;
  /** The evaluation of the attempt before. */
  parentId?: string;
  judge?: 'none' | 'prompt';
  /** Whose verdict it is. Default: agent where agentId is known. */
  source?: 'human' | 'agent';
  promptRef?: string;
  metadata?: Record<string, unknown>;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What evaluateOutput answers. */
export type EvaluateOutputOutput = {
  id: string;
  task: string;
  verdict: 'correct' | 'partial' | 'incorrect' | 'unknown';
  score: number | null;
  pass: boolean | null;
  source: 'human' | 'agent' | 'judge' | 'checks' | 'none';
  checks: {
    name: string;
    passed: boolean;
    value?: number;
    detail?: string;
    [key: string]: unknown;
  }[];
  scores: {
    criterion: string;
    score: number;
    normalized: number;
    passed: boolean;
    samples?: number[];
    sd?: number | null;
    reason?: string;
    [key: string]: unknown;
  }[];
  attempt: number;
  previous: {
    id: string;
    score: number | null;
    delta: number | null;
    [key: string]: unknown;
  } | null;
  reflection: string | null;
  pastReflections: {
    id: string;
    task: string;
    reflection: string;
    verdict: 'correct' | 'partial' | 'incorrect' | 'unknown';
    score: number | null;
    attempt: number;
    usedCount: number;
    helpedCount: number;
    usefulness: number;
    stale: boolean;
    isSameTask: boolean;
    rank: number;
    createdAt: string;
    [key: string]: unknown;
  }[];
  duplicate: boolean;
  askReflection?: string;
  needsJudgement?: {
    system: string;
    user: string;
    schema: Record<string, unknown>;
    submit: {
      tool: string;
      arguments: Record<string, unknown>;
      [key: string]: unknown;
    };
    [key: string]: unknown;
  };
  [key: string]: unknown;
};

/** What recallReflections takes. */
export type RecallReflectionsInput = {
  task?: string;
  query?: string;
  k?: number;
  onlyFailures?: boolean;
  minUsefulness?: number;
  includeStale?: boolean;
};

/** What recallReflections answers. */
export type RecallReflectionsOutput = {
  reflections: {
    id: string;
    task: string;
    reflection: string;
    verdict: 'correct' | 'partial' | 'incorrect' | 'unknown';
    score: number | null;
    attempt: number;
    usedCount: number;
    helpedCount: number;
    usefulness: number;
    stale: boolean;
    isSameTask: boolean;
    rank: number;
    createdAt: string;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What rateReflection takes. */
export type RateReflectionInput = {
  id: string;
  helped: boolean;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What rateReflection answers. */
export type RateReflectionOutput = {
  id: string;
  usedCount: number;
  helpedCount: number;
  usefulness: number;
  stale: boolean;
  duplicate: boolean;
  [key: string]: unknown;
};

/** What getAgreement takes. */
export type GetAgreementInput = {
  first?: 'human' | 'agent' | 'judge' | 'checks';
  second?: 'human' | 'agent' | 'judge' | 'checks';
  task?: string;
  since?: string;
};

/** What getAgreement answers. */
export type GetAgreementOutput = {
  pairs: number;
  agreement: number | null;
  kappa: number | null;
  spearman: number | null;
  kendall: number | null;
  table: {
    first: 'correct' | 'partial' | 'incorrect' | 'unknown';
    second: 'correct' | 'partial' | 'incorrect' | 'unknown';
    count: number;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What submitVote takes. */
export type SubmitVoteInput = {
  consensusId: string;
  agentId: string;
  decision?: string;
  /** Options, the best first. */
  ranking?: string[];
  approvals?: string[];
  reasoning?: string;
  confidence?: number;
  weight?: number;
  round?: number;
  token?: string;
  metadata?: Record<string, unknown>;
  sessionId?: string;
  traceId?: string;
};

/** What submitVote answers. */
export type SubmitVoteOutput = {
  accepted: true;
  duplicate: boolean;
  revision: number;
  changedFrom?: string;
  status: {
    id: string;
    topic: string | null;
    status: 'pending' | 'reached' | 'failed';
    outcome: string | null;
    final: boolean;
    reason: string;
    provisional: string | null;
    tally: Record<
      string,
      {
        votes: number;
        weight: string;
        share: number;
        [key: string]: unknown;
      }
    > | null;
    participation: {
      voted: number;
      eligible: number | null;
      share: number | null;
      [key: string]: unknown;
    };
    quorum: {
      required: number;
      met: boolean;
      [key: string]: unknown;
    };
    agreement: number | null;
    closesAt: string | null;
    closedAt: string | null;
    description?: string | null;
    method: unknown;
    options?: string[];
    secret?: boolean;
    actual?: string | null;
    winners?: string[] | null;
    votes?:
      | {
          agentId: string;
          decision?: string | null;
          ranking?: string[] | null;
          approvals?: string[] | null;
          weight?: string | null;
          confidence?: number | null;
          reasoning?: string | null;
          castAt?: string | null;
          [key: string]: unknown;
        }[]
      | null;
    [key: string]: unknown;
  };
  [key: string]: unknown;
};

/** What getConsensusStatus takes. */
export type GetConsensusStatusInput = {
  consensusId: string;
  includeVotes?: boolean;
  round?: number;
};

/** What getConsensusStatus answers. */
export type GetConsensusStatusOutput = {
  id: string;
  topic: string | null;
  status: 'pending' | 'reached' | 'failed';
  outcome: string | null;
  final: boolean;
  reason: string;
  provisional: string | null;
  tally: Record<
    string,
    {
      votes: number;
      weight: string;
      share: number;
      [key: string]: unknown;
    }
  > | null;
  participation: {
    voted: number;
    eligible: number | null;
    share: number | null;
    [key: string]: unknown;
  };
  quorum: {
    required: number;
    met: boolean;
    [key: string]: unknown;
  };
  agreement: number | null;
  closesAt: string | null;
  closedAt: string | null;
  description?: string | null;
  method: unknown;
  options?: string[];
  secret?: boolean;
  actual?: string | null;
  winners?: string[] | null;
  votes?:
    | {
        agentId: string;
        decision?: string | null;
        ranking?: string[] | null;
        approvals?: string[] | null;
        weight?: string | null;
        confidence?: number | null;
        reasoning?: string | null;
        castAt?: string | null;
        [key: string]: unknown;
      }[]
    | null;
  [key: string]: unknown;
};

/** What openConsensus takes. */
export type OpenConsensusInput = {
  topic: string;
  id?: string;
  description?: string;
  options?: string[];
  method?:
    | (
        | 'majority'
        | 'two_thirds'
        | 'three_quarters'
        | 'unanimous'
        | 'plurality'
        | 'approval'
        | 'irv'
        | 'copeland'
        | 'schulze'
      )
    | {
        num: number;
        den: number;
        strict?: boolean;
      };
  /** What the share is of: votes for or against, all votes, or all who may vote. */
  base?: 'cast' | 'present' | 'eligible';
  /** How many must vote; below 1, which share of those who may. */
  quorum?: number;
  /** Who may vote, with weights if they differ; without it, anybody. */
  eligible?: string[] | Record<string, number>;
  weighting?: 'equal' | 'declared' | 'track_record';
  veto?: string[];
  closesAt?: string;
  ttlSeconds?: number;
  allowChange?: boolean;
  /** Shows who voted and nothing else until it is closed. */
  secret?: boolean;
  metadata?: Record<string, unknown>;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
};

/** What openConsensus answers. */
export type OpenConsensusOutput = {
  id: string;
  topic: string | null;
  status: 'pending' | 'reached' | 'failed';
  outcome: string | null;
  final: boolean;
  reason: string;
  provisional: string | null;
  tally: Record<
    string,
    {
      votes: number;
      weight: string;
      share: number;
      [key: string]: unknown;
    }
  > | null;
  participation: {
    voted: number;
    eligible: number | null;
    share: number | null;
    [key: string]: unknown;
  };
  quorum: {
    required: number;
    met: boolean;
    [key: string]: unknown;
  };
  agreement: number | null;
  closesAt: string | null;
  closedAt: string | null;
  description?: string | null;
  method: unknown;
  options?: string[];
  secret?: boolean;
  actual?: string | null;
  winners?: string[] | null;
  votes?:
    | {
        agentId: string;
        decision?: string | null;
        ranking?: string[] | null;
        approvals?: string[] | null;
        weight?: string | null;
        confidence?: number | null;
        reasoning?: string | null;
        castAt?: string | null;
        [key: string]: unknown;
      }[]
    | null;
  [key: string]: unknown;
};

/** What closeConsensus takes. */
export type CloseConsensusInput = {
  consensusId: string;
  cancel?: boolean;
  /** The option that turned out to be right. */
  actual?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What closeConsensus answers. */
export type CloseConsensusOutput = {
  id: string;
  topic: string | null;
  status: 'pending' | 'reached' | 'failed';
  outcome: string | null;
  final: boolean;
  reason: string;
  provisional: string | null;
  tally: Record<
    string,
    {
      votes: number;
      weight: string;
      share: number;
      [key: string]: unknown;
    }
  > | null;
  participation: {
    voted: number;
    eligible: number | null;
    share: number | null;
    [key: string]: unknown;
  };
  quorum: {
    required: number;
    met: boolean;
    [key: string]: unknown;
  };
  agreement: number | null;
  closesAt: string | null;
  closedAt: string | null;
  description?: string | null;
  method: unknown;
  options?: string[];
  secret?: boolean;
  actual?: string | null;
  winners?: string[] | null;
  votes?:
    | {
        agentId: string;
        decision?: string | null;
        ranking?: string[] | null;
        approvals?: string[] | null;
        weight?: string | null;
        confidence?: number | null;
        reasoning?: string | null;
        castAt?: string | null;
        [key: string]: unknown;
      }[]
    | null;
  [key: string]: unknown;
};

/** What listConsensus takes. */
export type ListConsensusInput = {
  status?: 'pending' | 'reached' | 'failed';
  limit?: number;
  cursor?: string;
};

/** What listConsensus answers. */
export type ListConsensusOutput = {
  consensus: {
    id: string;
    status: string;
    outcome: string | null;
    topic?: string | null;
    method: unknown;
    voters?: number | null;
    closesAt?: string | null;
    createdAt?: string | null;
    [key: string]: unknown;
  }[];
  nextCursor: string | null;
  [key: string]: unknown;
};

/** What logEvent takes. */
export type LogEventInput = {
  /** What happened, such as tool.called. */
  event?: string;
  /** The same as attributes; both are merged. */
  metadata?: Record<string, unknown>;
  /** Facts, named as OpenTelemetry does where it has a name. */
  attributes?: Record<string, unknown>;
  /** A span has a duration and may hold others. @default span with endTime, else event */
  kind?: 'event' | 'span';
  /** When it began. @default now */
  timestamp?: string;
  endTime?: string;
  durationMs?: number;
  sessionId?: string;
  agentId?: string;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  /** W3C: gives traceId and parentSpanId where they are missing. */
  traceparent?: string;
  severity?: number | ('trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal');
  outcome?: 'success' | 'failure' | 'timeout' | 'cancelled' | 'unknown';
  /** An id that is there already changes nothing. */
  id?: string;
  /** Instead of one event up to 500, each with the fields above; bad ones are told apart. */
  events?: Record<string, unknown>[];
  /** Keeps the messages of models and the arguments of tools, which are left out otherwise. */
  captureContent?: boolean;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
};

/** What logEvent answers. */
export type LogEventOutput = {
  id?: string;
  duplicate: boolean;
  accepted: number;
  duplicates: number;
  /** How many said that they lie in the future, and were set to now. */
  clamped: number;
  ids: string[];
  rejected: {
    index: number;
    code: string;
    message: string;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What queryEvents takes. */
export type QueryEventsInput = {
  /** A name, or the beginning of names with * at the end. */
  event?: string;
  kind?: 'event' | 'span';
  sessionId?: string;
  agentId?: string;
  traceId?: string;
  outcome?: 'success' | 'failure' | 'timeout' | 'cancelled' | 'unknown';
  minSeverity?: number | ('trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal');
  /** Events whose attributes contain all of this. */
  attributes?: Record<string, unknown>;
  /** Anywhere in the name, the attributes or the body. */
  text?: string;
  since?: string;
  until?: string;
  order?: 'asc' | 'desc';
  limit?: number;
  cursor?: string;
};

/** What queryEvents answers. */
export type QueryEventsOutput = {
  events: {
    id: string;
    kind: 'event' | 'span';
    event: string;
    timestamp: string;
    attributes: Record<string, unknown>;
    sessionId?: string | null;
    agentId?: string | null;
    traceId?: string | null;
    outcome?: ('success' | 'failure' | 'timeout' | 'cancelled' | 'unknown') | null;
    durationMs?: number | null;
    [key: string]: unknown;
  }[];
  nextCursor: string | null;
  [key: string]: unknown;
};

/** What getTrace takes. */
export type GetTraceInput = {
  traceId: string;
};

/** What getTrace answers. */
export type GetTraceOutput = {
  traceId: string;
  spanCount: number;
  eventCount: number;
  durationMs: number;
  roots: unknown[];
  events: unknown[];
  criticalPath: {
    event: string;
    spanId: string | null;
    selfMs: number;
    [key: string]: unknown;
  }[];
  usage: {
    inputTokens: number;
    outputTokens: number;
    costUsd: number;
    byModel: Record<
      string,
      {
        inputTokens: number;
        outputTokens: number;
        costUsd: number;
        [key: string]: unknown;
      }
    >;
    [key: string]: unknown;
  };
  truncated: boolean;
  [key: string]: unknown;
};

/** What getPrompt takes. */
export type GetPromptInput = {
  name: string;
  version?: number;
  label?: string;
  variables?: Record<string, unknown>;
  strict?: boolean;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What getPrompt answers. */
export type GetPromptOutput = {
  name: string;
  version: number;
  hash: string;
  type: 'text' | 'chat';
  format: 'mustache' | 'fstring' | 'plain';
  variables: string[];
  tags: string[];
  message: string | null;
  createdAt: string;
  createdBy: string | null;
  metadata: Record<string, unknown>;
  template:
    | string
    | {
        role: string;
        content: string;
        [key: string]: unknown;
      }[];
  config: Record<string, unknown>;
  labels: string[];
  text?: string;
  messages?: {
    role: string;
    content: string;
    [key: string]: unknown;
  }[];
  missing?: string[];
  [key: string]: unknown;
};

/** What savePrompt takes. */
export type SavePromptInput = {
  name: string;
  template:
    | string
    | {
        role: string;
        content: string;
      }[];
  variables?: string[];
  metadata?: Record<string, unknown>;
  format?: 'mustache' | 'fstring' | 'plain' | 'auto';
  /** Settings that belong to it, such as the model; part of its content. */
  config?: Record<string, unknown>;
  tags?: string[];
  /** Labels that shall point to this version. */
  labels?: string[];
  /** Why it was changed. */
  message?: string;
  /** Fails unless this is the newest version; 0 is no version. */
  expectedVersion?: number;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What savePrompt answers. */
export type SavePromptOutput = {
  name: string;
  version: number;
  hash: string;
  type: 'text' | 'chat';
  format: 'mustache' | 'fstring' | 'plain';
  variables: string[];
  tags: string[];
  message: string | null;
  createdAt: string;
  createdBy: string | null;
  metadata: Record<string, unknown>;
  template:
    | string
    | {
        role: string;
        content: string;
        [key: string]: unknown;
      }[];
  config: Record<string, unknown>;
  labels: string[];
  created: boolean;
  duplicate: boolean;
  warnings: string[];
  [key: string]: unknown;
};

/** What listPrompts takes. */
export type ListPromptsInput = {
  name?: string;
  prefix?: string;
  tag?: string;
  label?: string;
  limit?: number;
  cursor?: string;
};

/** What listPrompts answers. */
export type ListPromptsOutput = {
  prompts: {
    name: string;
    version: number;
    hash: string;
    type: 'text' | 'chat';
    format: 'mustache' | 'fstring' | 'plain';
    variables: string[];
    tags: string[];
    message: string | null;
    createdAt: string;
    createdBy: string | null;
    metadata: Record<string, unknown>;
    labels: string[] | Record<string, number>;
    [key: string]: unknown;
  }[];
  nextCursor: string | null;
  labelMoves?: {
    label: string;
    from: number | null;
    to: number | null;
    at: string;
    by: string | null;
    reason: string | null;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What labelPrompt takes. */
export type LabelPromptInput = {
  name: string;
  label: string;
  version: number | null;
  /** Fails unless the label points to this version now; 0 or null is no version. */
  expectedVersion?: number | null;
  reason?: string;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What labelPrompt answers. */
export type LabelPromptOutput = {
  name: string;
  label: string;
  version: number | null;
  previousVersion: number | null;
  moved: boolean;
  duplicate: boolean;
  [key: string]: unknown;
};

/** What diffPrompts takes. */
export type DiffPromptsInput = {
  name: string;
  from: number | string;
  to?: number | string;
};

/** What diffPrompts answers. */
export type DiffPromptsOutput = {
  name: string;
  from: number;
  to: number;
  isEqual: boolean;
  diff: string;
  configDiff: string;
  linesAdded: number;
  linesRemoved: number;
  formats: string[];
  variables: {
    added: string[];
    removed: string[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
};

/** What deletePrompt takes. */
export type DeletePromptInput = {
  name: string;
  version?: number;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What deletePrompt answers. */
export type DeletePromptOutput = {
  name: string;
  deletedVersions: number[];
  [key: string]: unknown;
};

/** What trackLineage takes. */
export type TrackLineageInput = {
  name: string;
  input?: unknown;
  output?: unknown;
  /** More that it used: ids of nodes, or contents with names. */
  inputs?: (
    | string
    | {
        name: string;
        value?: unknown;
        hash?: string;
        role?: string;
      }
  )[];
  outputs?: (
    | string
    | {
        name: string;
        value?: unknown;
        hash?: string;
        role?: string;
      }
  )[];
  parentId?: string;
  parents?: string[];
  startedAt?: string;
  endedAt?: string;
  attributes?: Record<string, unknown>;
  /** hash keeps no content, only what it is recognised by. */
  store?: 'full' | 'hash';
  id?: string;
  agentId?: string;
  sessionId?: string;
  traceId?: string;
};

/** What trackLineage answers. */
export type TrackLineageOutput = {
  id: string;
  inputs: string[];
  outputs: string[];
  linked: string[];
  duplicate: boolean;
  [key: string]: unknown;
};

/** What getLineage takes. */
export type GetLineageInput = {
  /** An id of a node, or the name of a run: then its newest. */
  id: string;
  direction?: 'both' | 'upstream' | 'downstream';
  depth?: number;
  limit?: number;
  /** As it was at that moment. */
  at?: string;
  format?: 'json' | 'mermaid' | 'dot' | 'prov-json' | 'openlineage';
};

/** What getLineage answers. */
export type GetLineageOutput = {
  root: string;
  nodes: {
    id: string;
    kind: 'activity' | 'entity' | 'agent';
    name: string;
    [key: string]: unknown;
  }[];
  edges: {
    src: string;
    dst: string;
    rel: string;
    role: string;
    [key: string]: unknown;
  }[];
  truncated: boolean;
  cycles: string[][];
  text?: string;
  [key: string]: unknown;
};

/** What recordMetric takes. */
export type RecordMetricInput = {
  name?: string;
  /** Of a counter: what is added to it, not its total. */
  value?: number;
  /** Settled by the first point. @default counter if it ends in _total or _count, else histogram */
  type?: 'counter' | 'gauge' | 'histogram';
  /** UCUM: s, ms, By, {token}, 1. */
  unit?: string;
  description?: string;
  tags?: Record<string, string | number | boolean>;
  timestamp?: string;
  /** An id that is there already changes nothing. */
  id?: string;
  /** Instead of one point up to 500, each with the fields above; bad ones are told apart. */
  points?: Record<string, unknown>[];
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
};

/** What recordMetric answers. */
export type RecordMetricOutput = {
  id?: string;
  duplicate: boolean;
  accepted: number;
  duplicates: number;
  /** How many said that they lie in the future, and were set to now. */
  clamped: number;
  ids: string[];
  rejected: {
    index: number;
    code: string;
    message: string;
    [key: string]: unknown;
  }[];
  warnings: string[];
  [key: string]: unknown;
};

/** What getMetrics takes. */
export type GetMetricsInput = {
  name?: string | string[];
  prefix?: string;
  tags?: Record<string, string | string[]>;
  /** @default 24h; all there is for prometheus and openmetrics */
  since?: string;
  until?: string;
  /** Null for one over the whole window. @default auto */
  bucket?: ('auto' | '1m' | '5m' | '1h' | '1d') | null;
  /** Names of tags, or * for each set of tags by itself. @default none: everything in one series */
  groupBy?: string[];
  /** @default all */
  aggregations?: ('count' | 'sum' | 'avg' | 'min' | 'max' | 'p50' | 'p95' | 'p99' | 'last' | 'rate')[];
  /** More of them: 0.9 comes back as p90. */
  quantiles?: number[];
  compareTo?: 'previous';
  format?: 'json' | 'prometheus' | 'openmetrics' | 'otlp' | 'csv';
};

/** What getMetrics answers. */
export type GetMetricsOutput = {
  series?: {
    name: string;
    type: 'counter' | 'gauge' | 'histogram';
    unit: string | null;
    labels: Record<string, string>;
    points: {
      start: string;
      widthSeconds: number;
      [key: string]: unknown;
    }[];
    /** The whole window before this one. */
    previous?: Record<string, number | null> | null;
    /** The whole window. */
    current?: Record<string, number | null>;
    /** Ratio is the change divided by the previous figure; null where that is 0. */
    change?: Record<
      string,
      {
        absolute: number | null;
        ratio: number | null;
        [key: string]: unknown;
      }
    >;
    [key: string]: unknown;
  }[];
  /** What a format other than json came out as. */
  text?: string;
  contentType?: string;
  since: string;
  until: string;
  /** Whether percentiles are within 1.1 %, from rows of hours and days. */
  approximate: boolean;
  truncated: boolean;
  [key: string]: unknown;
};

/** What listMetrics takes. */
export type ListMetricsInput = {
  prefix?: string;
  limit?: number;
  cursor?: string;
};

/** What listMetrics answers. */
export type ListMetricsOutput = {
  metrics: {
    name: string;
    type: 'counter' | 'gauge' | 'histogram';
    unit: string | null;
    labelSets: number;
    labelNames: string[];
    lastAt: string | null;
    [key: string]: unknown;
  }[];
  nextCursor: string | null;
  [key: string]: unknown;
};

/** What registerAgent takes. */
export type RegisterAgentInput = {
  agentId: string;
  name?: string;
  version?: string;
  description?: string;
  capabilities?: (
    | string
    | {
        id: string;
        name: string;
        description: string;
        tags: string[];
        examples?: string[];
      }
  )[];
  /** Its A2A card. */
  card?: Record<string, unknown>;
  /** How long a sign of life counts; 300 for a new agent. */
  ttlSeconds?: number;
  metadata?: Record<string, unknown>;
  /** Answers with a secret that this agent must send from now on. */
  issueToken?: boolean;
  token?: string;
  /** The same key again returns the first answer and changes nothing. */
  idempotencyKey?: string;
};

/** What registerAgent answers. */
export type RegisterAgentOutput = {
  agentId: string;
  registered: boolean;
  liveness: 'online' | 'stale' | 'offline' | 'stopped' | 'unknown';
  status: ('idle' | 'busy' | 'draining' | 'error' | 'stopped') | null;
  available: boolean;
  lastSeenAt: string | null;
  expiresAt: string | null;
  ageSeconds: number | null;
  ttlSeconds: number | null;
  capabilities: string[];
  created?: boolean;
  name?: string | null;
  version?: string | null;
  description?: string | null;
  message?: string | null;
  currentTask?: string | null;
  load?: number | null;
  stats?: {
    events24h: number;
    errorRate24h: number | null;
    evaluations: number;
    avgScore: number | null;
    votes: number;
    votesJudged: number;
    voteAccuracy: number | null;
    votesDecided: number;
    voteAgreement: number | null;
    [key: string]: unknown;
  };
  card?: {
    name: string;
    description: string;
    version: string;
    supportedInterfaces: {
      url: string;
      protocolBinding: string;
      protocolVersion: string;
      [key: string]: unknown;
    }[];
    capabilities: {
      streaming?: boolean;
      pushNotifications?: boolean;
      extendedAgentCard?: boolean;
      [key: string]: unknown;
    };
    defaultInputModes: string[];
    defaultOutputModes: string[];
    skills: {
      id: string;
      name: string;
      description: string;
      tags: string[];
      [key: string]: unknown;
    }[];
    [key: string]: unknown;
  } | null;
  metadata?: Record<string, unknown> | null;
  token?: string;
  [key: string]: unknown;
};

/** What getAgentStatus takes. */
export type GetAgentStatusInput = {
  agentId?: string;
  /** With its A2A card. */
  card?: boolean;
  limit?: number;
  cursor?: string;
};

/** What getAgentStatus answers. */
export type GetAgentStatusOutput = {
  agents: {
    agentId: string;
    registered: boolean;
    liveness: 'online' | 'stale' | 'offline' | 'stopped' | 'unknown';
    status: ('idle' | 'busy' | 'draining' | 'error' | 'stopped') | null;
    available: boolean;
    lastSeenAt: string | null;
    expiresAt: string | null;
    ageSeconds: number | null;
    ttlSeconds: number | null;
    capabilities: string[];
    created?: boolean;
    name?: string | null;
    version?: string | null;
    description?: string | null;
    message?: string | null;
    currentTask?: string | null;
    load?: number | null;
    stats?: {
      events24h: number;
      errorRate24h: number | null;
      evaluations: number;
      avgScore: number | null;
      votes: number;
      votesJudged: number;
      voteAccuracy: number | null;
      votesDecided: number;
      voteAgreement: number | null;
      [key: string]: unknown;
    };
    card?: {
      name: string;
      description: string;
      version: string;
      supportedInterfaces: {
        url: string;
        protocolBinding: string;
        protocolVersion: string;
        [key: string]: unknown;
      }[];
      capabilities: {
        streaming?: boolean;
        pushNotifications?: boolean;
        extendedAgentCard?: boolean;
        [key: string]: unknown;
      };
      defaultInputModes: string[];
      defaultOutputModes: string[];
      skills: {
        id: string;
        name: string;
        description: string;
        tags: string[];
        [key: string]: unknown;
      }[];
      [key: string]: unknown;
    } | null;
    metadata?: Record<string, unknown> | null;
    [key: string]: unknown;
  }[];
  nextCursor?: string | null;
  [key: string]: unknown;
};

/** What heartbeat takes. */
export type HeartbeatInput = {
  agentId: string;
  status?: 'idle' | 'busy' | 'draining' | 'error' | 'stopped';
  message?: string | null;
  currentTask?: string | null;
  load?: number | null;
  /** Counts up: a heartbeat that comes after a later one changes nothing. */
  seq?: number;
  token?: string;
};

/** What heartbeat answers. */
export type HeartbeatOutput = {
  agentId: string;
  registered: boolean;
  liveness: 'online' | 'stale' | 'offline' | 'stopped' | 'unknown';
  status: ('idle' | 'busy' | 'draining' | 'error' | 'stopped') | null;
  available: boolean;
  lastSeenAt: string | null;
  expiresAt: string | null;
  ageSeconds: number | null;
  ttlSeconds: number | null;
  capabilities: string[];
  created?: boolean;
  name?: string | null;
  version?: string | null;
  description?: string | null;
  message?: string | null;
  currentTask?: string | null;
  load?: number | null;
  stats?: {
    events24h: number;
    errorRate24h: number | null;
    evaluations: number;
    avgScore: number | null;
    votes: number;
    votesJudged: number;
    voteAccuracy: number | null;
    votesDecided: number;
    voteAgreement: number | null;
    [key: string]: unknown;
  };
  card?: {
    name: string;
    description: string;
    version: string;
    supportedInterfaces: {
      url: string;
      protocolBinding: string;
      protocolVersion: string;
      [key: string]: unknown;
    }[];
    capabilities: {
      streaming?: boolean;
      pushNotifications?: boolean;
      extendedAgentCard?: boolean;
      [key: string]: unknown;
    };
    defaultInputModes: string[];
    defaultOutputModes: string[];
    skills: {
      id: string;
      name: string;
      description: string;
      tags: string[];
      [key: string]: unknown;
    }[];
    [key: string]: unknown;
  } | null;
  metadata?: Record<string, unknown> | null;
  applied: boolean;
  [key: string]: unknown;
};

/** What findAgents takes. */
export type FindAgentsInput = {
  capabilities?: string[];
  liveness?: ('online' | 'stale' | 'offline' | 'stopped' | 'unknown')[];
  status?: 'idle' | 'busy' | 'draining' | 'error' | 'stopped';
  limit?: number;
};

/** What findAgents answers. */
export type FindAgentsOutput = {
  agents: {
    agentId: string;
    registered: boolean;
    liveness: 'online' | 'stale' | 'offline' | 'stopped' | 'unknown';
    status: ('idle' | 'busy' | 'draining' | 'error' | 'stopped') | null;
    available: boolean;
    lastSeenAt: string | null;
    expiresAt: string | null;
    ageSeconds: number | null;
    ttlSeconds: number | null;
    capabilities: string[];
    created?: boolean;
    name?: string | null;
    version?: string | null;
    description?: string | null;
    message?: string | null;
    currentTask?: string | null;
    load?: number | null;
    stats?: {
      events24h: number;
      errorRate24h: number | null;
      evaluations: number;
      avgScore: number | null;
      votes: number;
      votesJudged: number;
      voteAccuracy: number | null;
      votesDecided: number;
      voteAgreement: number | null;
      [key: string]: unknown;
    };
    card?: {
      name: string;
      description: string;
      version: string;
      supportedInterfaces: {
        url: string;
        protocolBinding: string;
        protocolVersion: string;
        [key: string]: unknown;
      }[];
      capabilities: {
        streaming?: boolean;
        pushNotifications?: boolean;
        extendedAgentCard?: boolean;
        [key: string]: unknown;
      };
      defaultInputModes: string[];
      defaultOutputModes: string[];
      skills: {
        id: string;
        name: string;
        description: string;
        tags: string[];
        [key: string]: unknown;
      }[];
      [key: string]: unknown;
    } | null;
    metadata?: Record<string, unknown> | null;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What deregisterAgent takes. */
export type DeregisterAgentInput = {
  agentId: string;
  token?: string;
};

/** What deregisterAgent answers. */
export type DeregisterAgentOutput = {
  agentId: string;
  deregistered: boolean;
  [key: string]: unknown;
};

/** What listRuns takes. */
export type ListRunsInput = {
  limit?: number;
  cursor?: string;
};

/** What listRuns answers. */
export type ListRunsOutput = {
  runs: {
    id: string;
    script: string;
    provider: string | null;
    sandboxId: string | null;
    exitCode: number | null;
    signal: string | null;
    startedAt: string;
    durationMs: number;
    calls: number;
    failedCalls: number;
    [key: string]: unknown;
  }[];
  nextCursor?: string | null;
  [key: string]: unknown;
};

/** What getRun takes. */
export type GetRunInput = {
  id: string;
};

/** What getRun answers. */
export type GetRunOutput = {
  id: string;
  script: string;
  provider: string | null;
  sandboxId: string | null;
  exitCode: number | null;
  signal: string | null;
  startedAt: string;
  durationMs: number;
  calls: number;
  failedCalls: number;
  toolCalls: {
    tool: string;
    startedAt: string;
    durationMs: number;
    inputBytes: number;
    outputBytes: number;
    outcome: string;
    inputSha256: string;
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
};

/** What exportData takes. */
export type ExportDataInput = {
  table?: string;
  limit?: number;
  cursor?: string;
};

/** What exportData answers. */
export type ExportDataOutput = {
  tables?: string[];
  table?: string;
  rows?: Record<string, unknown>[];
  nextCursor?: string | null;
  [key: string]: unknown;
};

/** What deleteData takes. */
export type DeleteDataInput = {
  before?: string;
  sessionId?: string;
  tables?: string[];
  dryRun?: boolean;
};

/** What deleteData answers. */
export type DeleteDataOutput = {
  dryRun: boolean;
  deleted: Record<string, number>;
  total: number;
  [key: string]: unknown;
};

/** The patterns that were found, with the facts about the search. */
export type DiscoveredPatterns = DiscoverPatternsOutput['patterns'] & {
  readonly meta: DiscoverPatternsOutput['meta'];
};

/** What is known of one agent. */
export type AgentStatus = GetAgentStatusOutput['agents'][number];

/** The tools as methods, each in a form with an object and, where it has one, in a positional form. */
export interface ToolMethods {
  /** Finds what goes together in the sessions of this project: rules such as "sessions with tool=search end in failure", sets, and sequences, with how sure they are and sessions to look at. It explores: a pattern is a hint, and no proof. */
  discoverPatterns(input?: DiscoverPatternsInput): Promise<DiscoveredPatterns>;
  /** Shows for a rule the sessions that keep to it and those that do not, with the table of counts behind it. */
  explainPattern(input: ExplainPatternInput): Promise<ExplainPatternOutput>;
  explainPattern(
    antecedent: NonNullable<ExplainPatternInput['antecedent']>,
    consequent: NonNullable<ExplainPatternInput['consequent']>,
  ): Promise<ExplainPatternOutput>;
  /** Draws which event follows which in the sessions: counts, starts, ends, usual waits and the most frequent variants. */
  processMap(input?: ProcessMapInput): Promise<ProcessMapOutput>;
  /** Records how good an output is: by a verdict, by checks that are run here, or by scores per criterion. Without any of them it answers with a form for your own model; call again with evaluationId and the filled form. */
  evaluateOutput(input?: EvaluateOutputInput): Promise<EvaluateOutputOutput>;
  evaluateOutput(
    input: NonNullable<EvaluateOutputInput['input']>,
    output?: NonNullable<EvaluateOutputInput['output']>,
    verdict?: NonNullable<EvaluateOutputInput['verdict']>,
    reasoning?: NonNullable<EvaluateOutputInput['reasoning']>,
  ): Promise<EvaluateOutputOutput>;
  /** Finds what was learnt in earlier attempts, by task or by words. Use it before a task that may have been tried before, and rate what you used with reflexion_feedback. */
  recallReflections(input?: RecallReflectionsInput): Promise<RecallReflectionsOutput>;
  /** Tells whether a recalled reflection helped. Reflections that do not help are recalled less, and at last no more. */
  rateReflection(input: RateReflectionInput): Promise<RateReflectionOutput>;
  rateReflection(
    id: NonNullable<RateReflectionInput['id']>,
    helped: NonNullable<RateReflectionInput['helped']>,
  ): Promise<RateReflectionOutput>;
  /** Compares the newest verdicts of two sources on the same inputs and outputs: share of equal verdicts, Cohen's kappa, and rank correlation of the scores. */
  getAgreement(input?: GetAgreementInput): Promise<GetAgreementOutput>;
  /** Casts or changes one vote. A question that nobody has opened becomes an open one that anybody may vote on. */
  submitVote(input: SubmitVoteInput): Promise<SubmitVoteOutput>;
  submitVote(
    consensusId: NonNullable<SubmitVoteInput['consensusId']>,
    agentId: NonNullable<SubmitVoteInput['agentId']>,
    decision?: NonNullable<SubmitVoteInput['decision']>,
    reasoning?: NonNullable<SubmitVoteInput['reasoning']>,
  ): Promise<SubmitVoteOutput>;
  /** Gives the outcome of a question, or how it would end now, with the tally and those who disagreed. */
  getConsensusStatus(input: GetConsensusStatusInput): Promise<GetConsensusStatusOutput>;
  getConsensusStatus(
    consensusId: NonNullable<GetConsensusStatusInput['consensusId']>,
  ): Promise<GetConsensusStatusOutput>;
  /** Puts a question to agents with its rules: options, method, quorum, deadline, who may vote, who may veto. */
  openConsensus(input: OpenConsensusInput): Promise<OpenConsensusOutput>;
  openConsensus(topic: NonNullable<OpenConsensusInput['topic']>): Promise<OpenConsensusOutput>;
  /** Ends the voting and fixes the result, or cancels the question. With actual, judges the votes by what was right. */
  closeConsensus(input: CloseConsensusInput): Promise<CloseConsensusOutput>;
  closeConsensus(consensusId: NonNullable<CloseConsensusInput['consensusId']>): Promise<CloseConsensusOutput>;
  /** Lists the questions of the project, the newest first. */
  listConsensus(input?: ListConsensusInput): Promise<ListConsensusOutput>;
  /** Notes what happened, as one event or span, or many at once. Secrets are taken out before anything is stored. */
  logEvent(input?: LogEventInput): Promise<LogEventOutput>;
  logEvent(
    event: NonNullable<LogEventInput['event']>,
    metadata?: NonNullable<LogEventInput['metadata']>,
  ): Promise<LogEventOutput>;
  /** Lists events by name, session, agent, trace, outcome, attributes or text, newest first. */
  queryEvents(input?: QueryEventsInput): Promise<QueryEventsOutput>;
  /** Shows one trace as a tree: where its time went, what it waited for, and its tokens and cost. */
  getTrace(input: GetTraceInput): Promise<GetTraceOutput>;
  getTrace(traceId: NonNullable<GetTraceInput['traceId']>): Promise<GetTraceOutput>;
  /** Reads a prompt by version, by label, or else what "production" points to, or else the newest. With variables it is rendered; missing ones are an error unless strict is false. */
  getPrompt(input: GetPromptInput): Promise<GetPromptOutput>;
  getPrompt(name: NonNullable<GetPromptInput['name']>): Promise<GetPromptOutput>;
  /** Saves a prompt as its next version, which never changes afterwards. What equals the newest version makes no new one. Variables are {{name}}, or {name} where each is declared. */
  savePrompt(input: SavePromptInput): Promise<SavePromptOutput>;
  savePrompt(
    name: NonNullable<SavePromptInput['name']>,
    template: NonNullable<SavePromptInput['template']>,
    variables?: NonNullable<SavePromptInput['variables']>,
    metadata?: NonNullable<SavePromptInput['metadata']>,
  ): Promise<SavePromptOutput>;
  /** Lists prompts with their newest version and labels; with a name, the versions of that prompt and how its labels moved. */
  listPrompts(input?: ListPromptsInput): Promise<ListPromptsOutput>;
  /** Points a label such as "production" to a version; null takes it away. Moving it back is how a prompt is rolled back. */
  labelPrompt(input: LabelPromptInput): Promise<LabelPromptOutput>;
  labelPrompt(
    name: NonNullable<LabelPromptInput['name']>,
    label: NonNullable<LabelPromptInput['label']>,
    version: NonNullable<LabelPromptInput['version']>,
  ): Promise<LabelPromptOutput>;
  /** Shows what changed between two versions or labels of a prompt as a unified diff. */
  diffPrompts(input: DiffPromptsInput): Promise<DiffPromptsOutput>;
  diffPrompts(
    name: NonNullable<DiffPromptsInput['name']>,
    from: NonNullable<DiffPromptsInput['from']>,
    to?: NonNullable<DiffPromptsInput['to']>,
  ): Promise<DiffPromptsOutput>;
  /** Hides one version of a prompt, or all of them; their numbers are never given again. Labels have to be taken away first. */
  deletePrompt(input: DeletePromptInput): Promise<DeletePromptOutput>;
  deletePrompt(
    name: NonNullable<DeletePromptInput['name']>,
    version?: NonNullable<DeletePromptInput['version']>,
  ): Promise<DeletePromptOutput>;
  /** Keeps one run: what it took and what it gave. Runs whose input is the output of another meet by content, without passing ids on. */
  trackLineage(input: TrackLineageInput): Promise<TrackLineageOutput>;
  trackLineage(
    name: NonNullable<TrackLineageInput['name']>,
    input?: unknown,
    output?: unknown,
    parentId?: NonNullable<TrackLineageInput['parentId']>,
  ): Promise<TrackLineageOutput>;
  /** Walks from a run, a content or an agent to what it came from (upstream) and what came of it (downstream). */
  getLineage(input: GetLineageInput): Promise<GetLineageOutput>;
  getLineage(id: NonNullable<GetLineageInput['id']>): Promise<GetLineageOutput>;
  /** Records one value of a metric with its tags, or many at once. */
  recordMetric(input?: RecordMetricInput): Promise<RecordMetricOutput>;
  recordMetric(
    name: NonNullable<RecordMetricInput['name']>,
    value?: NonNullable<RecordMetricInput['value']>,
    tags?: NonNullable<RecordMetricInput['tags']>,
  ): Promise<RecordMetricOutput>;
  /** Reads metrics over time: counts, sums, averages, percentiles and rates, by tags, and against the window before. */
  getMetrics(input?: GetMetricsInput): Promise<GetMetricsOutput>;
  getMetrics(name: NonNullable<GetMetricsInput['name']>): Promise<GetMetricsOutput>;
  /** Lists the metrics there are, with their types, units and the names of their tags. */
  listMetrics(input?: ListMetricsInput): Promise<ListMetricsOutput>;
  listMetrics(prefix: NonNullable<ListMetricsInput['prefix']>): Promise<ListMetricsOutput>;
  /** Announces an agent and what it can do, or renews it. Capabilities are replaced, metadata is merged. */
  registerAgent(input: RegisterAgentInput): Promise<RegisterAgentOutput>;
  registerAgent(
    agentId: NonNullable<RegisterAgentInput['agentId']>,
    capabilities?: NonNullable<RegisterAgentInput['capabilities']>,
    metadata?: NonNullable<RegisterAgentInput['metadata']>,
  ): Promise<RegisterAgentOutput>;
  /** Tells whether an agent is online, what it says of itself and its track record; without an id, of all agents. */
  getAgentStatus(): Promise<AgentStatus[]>;
  getAgentStatus(agentId: string): Promise<AgentStatus>;
  getAgentStatus(input: GetAgentStatusInput): Promise<GetAgentStatusOutput>;
  /** Says that an agent is there, and what it does. Any other call that names the agent is a sign of life as well. */
  heartbeat(input: HeartbeatInput): Promise<HeartbeatOutput>;
  heartbeat(
    agentId: NonNullable<HeartbeatInput['agentId']>,
    status?: NonNullable<HeartbeatInput['status']>,
  ): Promise<HeartbeatOutput>;
  /** Finds agents that can do all that is asked for, those that are free and least busy first. */
  findAgents(input?: FindAgentsInput): Promise<FindAgentsOutput>;
  findAgents(capabilities: NonNullable<FindAgentsInput['capabilities']>): Promise<FindAgentsOutput>;
  /** Forgets an agent. What it did, such as its votes, stays. */
  deregisterAgent(input: DeregisterAgentInput): Promise<DeregisterAgentOutput>;
  deregisterAgent(agentId: NonNullable<DeregisterAgentInput['agentId']>): Promise<DeregisterAgentOutput>;
  /** Lists the scripts that ran and called tools, the newest first. */
  listRuns(input?: ListRunsInput): Promise<ListRunsOutput>;
  /** Shows one run with each tool that it called: how long it took, how much went in and out, and how it ended. */
  getRun(input: GetRunInput): Promise<GetRunOutput>;
  getRun(id: NonNullable<GetRunInput['id']>): Promise<GetRunOutput>;
  /** Gives one page of one table of this project's data; without a table, the names of the tables. */
  exportData(input?: ExportDataInput): Promise<ExportDataOutput>;
  exportData(table: NonNullable<ExportDataInput['table']>): Promise<ExportDataOutput>;
  /** Deletes data of this project by age, session or table. It only counts unless dryRun is false. */
  deleteData(input?: DeleteDataInput): Promise<DeleteDataOutput>;
}
