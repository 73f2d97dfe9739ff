-- Consensus: questions, votes with all their revisions, and results that are written once.
-- Votes and the end of voting are settled here, under a lock of the question; the result is computed by iris from
-- ballots that cannot change any more, so that whoever computes it first computes the same as all others.
create table iris.consensus (
  project_id text not null references iris.projects (id) on delete cascade,
  id text not null check (length(id) between 1 and 200),
  topic text,
  description text,
  options text[] not null default '{approve,reject,abstain}',
  method text not null default 'majority'
    check (method in ('threshold', 'plurality', 'approval', 'irv', 'copeland', 'schulze', 'majority', 'two_thirds', 'three_quarters', 'unanimous')),
  threshold jsonb,
  base text not null default 'cast' check (base in ('cast', 'present', 'eligible')),
  quorum numeric not null default 1 check (quorum > 0),
  eligible jsonb,
  weighting text not null default 'equal' check (weighting in ('equal', 'declared', 'track_record')),
  veto text[] not null default '{}',
  allow_change boolean not null default true,
  secret boolean not null default false,
  explicit boolean not null default false,
  opens_at timestamptz not null default now(),
  closes_at timestamptz,
  closed_at timestamptz,
  cancelled boolean not null default false,
  version bigint not null default 0,
  result jsonb,
  actual text,
  created_by text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (project_id, id)
);
create index consensus_created_idx on iris.consensus (project_id, created_at desc, id);

create table iris.votes (
  project_id text not null,
  consensus_id text not null,
  agent_id text not null check (length(agent_id) between 1 and 200),
  revision int not null default 1,
  decision text,
  ranking text[],
  approvals text[],
  weight numeric(12, 4) not null default 1 check (weight >= 0),
  confidence double precision check (confidence between 0 and 1),
  reasoning text check (length(reasoning) <= 5000),
  round int not null default 1 check (round between 1 and 1000),
  is_current boolean not null default true,
  cast_at timestamptz not null default now(),
  metadata jsonb not null default '{}',
  primary key (project_id, consensus_id, agent_id, revision),
  foreign key (project_id, consensus_id) references iris.consensus (project_id, id) on delete cascade
);
create unique index votes_current_idx on iris.votes (project_id, consensus_id, agent_id) where is_current;

-- How often a voter was right, where somebody said later what was.
create table iris.voters (
  project_id text not null references iris.projects (id) on delete cascade,
  agent_id text not null,
  right_count int not null default 0,
  total_count int not null default 0 check (right_count <= total_count),
  primary key (project_id, agent_id)
);

-- Everything that a result depends on, by the clock of the database.
create function iris.consensus_state(p_consensus iris.consensus) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'id', p_consensus.id, 'topic', p_consensus.topic, 'description', p_consensus.description,
    'options', p_consensus.options, 'method', p_consensus.method, 'threshold', p_consensus.threshold,
    'base', p_consensus.base, 'quorum', p_consensus.quorum, 'eligible', p_consensus.eligible,
    'weighting', p_consensus.weighting, 'veto', p_consensus.veto, 'allowChange', p_consensus.allow_change,
    'secret', p_consensus.secret, 'explicit', p_consensus.explicit, 'cancelled', p_consensus.cancelled,
    'opensAt', iris.iso(p_consensus.opens_at), 'closesAt', iris.iso(p_consensus.closes_at),
    'closedAt', iris.iso(coalesce(p_consensus.closed_at,
      case when p_consensus.closes_at <= now() then p_consensus.closes_at end)),
    'version', p_consensus.version, 'result', p_consensus.result, 'actual', p_consensus.actual,
    'metadata', p_consensus.metadata, 'createdAt', iris.iso(p_consensus.created_at),
    'ballots', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'agentId', v.agent_id, 'revision', v.revision, 'decision', v.decision, 'ranking', v.ranking,
          'approvals', v.approvals, 'weight', v.weight::text, 'confidence', v.confidence, 'reasoning', v.reasoning,
          -- As iris.iso writes it, whose call for each ballot would take a third of the time of a vote.
          'round', v.round,
          'castAt', to_char(v.cast_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by v.agent_id collate "C"), '[]')
        from iris.votes v
       where v.project_id = p_consensus.project_id and v.consensus_id = p_consensus.id and v.is_current))
$$;

-- The question, locked, and its voting ended where its time is over.
create function iris.lock_consensus(p_project text, p_id text) returns iris.consensus
language plpgsql volatile security invoker set search_path = '' as $$
declare v_consensus iris.consensus;
begin
  select * into v_consensus from iris.consensus c where c.project_id = p_project and c.id = p_id for update;
  if v_consensus.id is not null and v_consensus.closed_at is null and v_consensus.closes_at <= now() then
    update iris.consensus c set closed_at = c.closes_at where c.project_id = p_project and c.id = p_id
    returning * into v_consensus;
  end if;
  return v_consensus;
end $$;

create function iris.check_ballot(p_consensus iris.consensus, p_input jsonb) returns void
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_kind text := case when p_consensus.method in ('irv', 'copeland', 'schulze') then 'ranking'
                      when p_consensus.method = 'approval' then 'approvals' else 'decision' end;
  v_named text[];
begin
  if not p_input ? v_kind then
    perform iris.fail(400, 'A vote on ' || to_json(p_consensus.id) || ' needs ' || v_kind,
      'Its method is ' || p_consensus.method || '; its options are ' || array_to_string(p_consensus.options, ', ') || '.');
  end if;
  v_named := case v_kind when 'decision' then array[p_input ->> 'decision']
    else array(select jsonb_array_elements_text(p_input -> v_kind)) end;
  if not v_named <@ p_consensus.options then
    perform iris.fail(400, 'There is no option ' ||
      (select to_json(n) from unnest(v_named) n where not n = any (p_consensus.options) limit 1),
      'Options: ' || array_to_string(p_consensus.options, ', ') || '.');
  end if;
  if (select count(*) <> count(distinct n) from unnest(v_named) n) then
    perform iris.fail(400, 'The ' || v_kind || ' names an option twice', 'Name each option once.');
  end if;
end $$;

-- What a vote weighs: for a track record, the log-odds of being right (Nitzan and Paroush 1982), equal until three
-- votes have been judged.
create function iris.vote_weight(p_consensus iris.consensus, p_input jsonb) returns numeric
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_given numeric := coalesce((p_consensus.eligible ->> (p_input ->> 'agentId'))::numeric, 1);
  v_voter iris.voters;
  v_share double precision;
begin
  if p_consensus.weighting = 'declared' then
    return coalesce((p_input ->> 'weight')::numeric, v_given);
  end if;
  if p_input ? 'weight' and (p_input ->> 'weight')::numeric <> v_given then
    perform iris.fail(400, 'Votes on ' || to_json(p_consensus.id) || ' weigh what the question says',
      'Leave weight out, or open the question with weighting "declared".');
  end if;
  if p_consensus.weighting = 'equal' then
    return v_given;
  end if;
  select * into v_voter from iris.voters v
   where v.project_id = p_consensus.project_id and v.agent_id = p_input ->> 'agentId';
  if coalesce(v_voter.total_count, 0) < 3 then
    return v_given;
  end if;
  v_share := (v_voter.right_count + 1)::double precision / (v_voter.total_count + 2);
  return round(greatest(0, ln(v_share / (1 - v_share)))::numeric, 4);
end $$;

create function public.iris_consensus_open(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'id';
  v_before iris.consensus;
  v_consensus iris.consensus;
  v_answer jsonb := iris.replay(v_project, 'consensus_open', p_input);
begin
  if v_answer is not null then
    return v_answer;
  end if;
  v_before := iris.lock_consensus(v_project, v_id);
  if v_before.explicit then
    perform iris.fail(409, 'The consensus ' || to_json(v_id) || ' is open or was decided already', 'Use another id.');
  end if;
  v_consensus.closes_at := coalesce((p_input ->> 'closesAt')::timestamptz,
    now() + make_interval(secs => (p_input ->> 'ttlSeconds')::double precision));
  if v_consensus.closes_at <= now() then
    perform iris.fail(400, 'closesAt is over already', 'Name a moment to come, or ttlSeconds.');
  end if;
  insert into iris.consensus as c (project_id, id, topic, description, options, method, threshold, base, quorum, eligible,
    weighting, veto, allow_change, secret, explicit, closes_at, created_by, metadata)
  values (v_project, v_id, p_input ->> 'topic', p_input ->> 'description',
    array(select jsonb_array_elements_text(p_input -> 'options')), p_input ->> 'method', p_input -> 'threshold',
    p_input ->> 'base', (p_input ->> 'quorum')::numeric, nullif(p_input -> 'eligible', 'null'),
    p_input ->> 'weighting', array(select jsonb_array_elements_text(coalesce(p_input -> 'veto', '[]'))),
    (p_input ->> 'allowChange')::boolean, (p_input ->> 'secret')::boolean, true, v_consensus.closes_at,
    p_input ->> 'agentId', coalesce(p_input -> 'metadata', '{}'))
  on conflict (project_id, id) do update set
    topic = excluded.topic, description = excluded.description, options = excluded.options, method = excluded.method,
    threshold = excluded.threshold, base = excluded.base, quorum = excluded.quorum, eligible = excluded.eligible,
    weighting = excluded.weighting, veto = excluded.veto, allow_change = excluded.allow_change,
    secret = excluded.secret, explicit = true, closes_at = excluded.closes_at, created_by = excluded.created_by,
    metadata = excluded.metadata, version = c.version + 1
  returning * into v_consensus;
  -- Votes that came before the question keep to its rules, or the question cannot take them over.
  if v_before.id is not null then
    if v_before.closed_at is not null or exists (
      select 1 from iris.votes v where v.project_id = v_project and v.consensus_id = v_id and v.is_current
         and (not v.decision = any (v_consensus.options) or v_consensus.method in ('approval', 'irv', 'copeland', 'schulze')
              or (v_consensus.eligible is not null and not v_consensus.eligible ? v.agent_id))) then
      perform iris.fail(409, 'Votes on ' || to_json(v_id) || ' do not fit this question', 'Use another id.');
    end if;
    update iris.votes v set weight = iris.vote_weight(v_consensus, jsonb_build_object('agentId', v.agent_id))
     where v.project_id = v_project and v.consensus_id = v_id and v.is_current;
  end if;
  perform iris.note(v_project, 'consensus.opened', p_input,
    jsonb_build_object('consensus.id', v_id, 'consensus.topic', v_consensus.topic, 'consensus.method', v_consensus.method));
  perform iris.seen(v_project, p_input ->> 'agentId');
  return iris.remember(v_project, 'consensus_open', p_input, iris.consensus_state(v_consensus));
end $$;

create function public.iris_consensus_vote(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'consensusId';
  v_agent text := p_input ->> 'agentId';
  v_consensus iris.consensus;
  v_last iris.votes;
  v_vote iris.votes;
  v_round int := coalesce((p_input ->> 'round')::int, 1);
  v_voters int;
begin
  v_consensus := iris.lock_consensus(v_project, v_id);
  if v_consensus.id is null then
    insert into iris.consensus (project_id, id) values (v_project, v_id) on conflict do nothing;
    v_consensus := iris.lock_consensus(v_project, v_id);
  end if;
  if v_consensus.closed_at is not null then
    perform iris.fail(410, 'The consensus ' || to_json(v_id) || ' is closed', 'Ask for its result: consensus_status.',
      jsonb_build_object('closedAt', iris.iso(v_consensus.closed_at)));
  end if;
  if v_consensus.eligible is not null and not v_consensus.eligible ? v_agent then
    perform iris.fail(403, 'The agent ' || to_json(v_agent) || ' may not vote on ' || to_json(v_id),
      'Only these may: ' || (select string_agg(k, ', ' order by k) from jsonb_object_keys(v_consensus.eligible) k));
  end if;
  perform iris.check_token(v_project, v_agent, p_input ->> 'tokenHash');
  perform iris.check_ballot(v_consensus, p_input);
  select * into v_last from iris.votes v
   where v.project_id = v_project and v.consensus_id = v_id and v.agent_id = v_agent and v.is_current;
  v_vote.weight := iris.vote_weight(v_consensus, p_input);
  v_vote.ranking := case when p_input ? 'ranking' then array(select jsonb_array_elements_text(p_input -> 'ranking')) end;
  v_vote.approvals := case when p_input ? 'approvals' then array(select jsonb_array_elements_text(p_input -> 'approvals')) end;
  if v_last.agent_id is not null and v_last.round = v_round and v_last.weight = v_vote.weight
     and v_last.decision is not distinct from p_input ->> 'decision'
     and v_last.ranking is not distinct from v_vote.ranking
     and v_last.approvals is not distinct from v_vote.approvals then
    return jsonb_build_object('duplicate', true, 'revision', v_last.revision, 'state', iris.consensus_state(v_consensus));
  end if;
  if v_last.agent_id is not null and not v_consensus.allow_change then
    perform iris.fail(409, 'The agent ' || to_json(v_agent) || ' has voted on ' || to_json(v_id) || ' already',
      'This question does not let a vote be changed.');
  end if;
  if v_last.agent_id is null then
    select count(*) into v_voters from iris.votes v
     where v.project_id = v_project and v.consensus_id = v_id and v.is_current;
    if v_voters >= 1000 then
      perform iris.fail(413, 'The consensus ' || to_json(v_id) || ' has 1000 voters already', 'Open another one.');
    end if;
  end if;
  update iris.votes v set is_current = false
   where v.project_id = v_project and v.consensus_id = v_id and v.agent_id = v_agent and v.is_current;
  insert into iris.votes (project_id, consensus_id, agent_id, revision, decision, ranking, approvals, weight, confidence,
    reasoning, round, metadata)
  values (v_project, v_id, v_agent, coalesce(v_last.revision, 0) + 1, p_input ->> 'decision', v_vote.ranking,
    v_vote.approvals, v_vote.weight, (p_input ->> 'confidence')::double precision, p_input ->> 'reasoning', v_round,
    coalesce(p_input -> 'metadata', '{}'));
  update iris.consensus c set version = c.version + 1,
    closed_at = case
      when v_agent = any (c.veto) and p_input ->> 'decision' = 'reject' then now()
      when c.eligible is not null and (select count(*) from jsonb_object_keys(c.eligible)) <= (
        select count(*) from iris.votes v where v.project_id = v_project and v.consensus_id = v_id and v.is_current)
      then now() end
   where c.project_id = v_project and c.id = v_id
  returning * into v_consensus;
  -- Events are open to the whole project: a secret vote leaves only that there was one.
  perform iris.note(v_project, 'consensus.vote', p_input, jsonb_build_object('consensus.id', v_id,
    'consensus.decision', case when v_consensus.secret then null else coalesce(p_input ->> 'decision', v_vote.ranking[1]) end,
    'consensus.revision', coalesce(v_last.revision, 0) + 1));
  perform iris.seen(v_project, v_agent);
  return jsonb_build_object('duplicate', false, 'revision', coalesce(v_last.revision, 0) + 1,
    'changedFrom', coalesce(v_last.decision, v_last.ranking[1]), 'state', iris.consensus_state(v_consensus));
end $$;

create function public.iris_consensus_get(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_consensus iris.consensus;
begin
  select * into v_consensus from iris.consensus c where c.project_id = v_project and c.id = p_input ->> 'consensusId';
  if not found then
    perform iris.fail(404, 'There is no consensus ' || to_json(p_input ->> 'consensusId'), 'List them: consensus_list.');
  end if;
  return iris.consensus_state(v_consensus) || jsonb_build_object('revisions', case when p_input ? 'round' then (
    select coalesce(jsonb_agg(jsonb_build_object('agentId', v.agent_id, 'decision', v.decision, 'ranking', v.ranking,
        'approvals', v.approvals, 'reasoning', v.reasoning, 'revision', v.revision, 'castAt', iris.iso(v.cast_at))
        order by v.cast_at, v.agent_id), '[]')
      from iris.votes v where v.project_id = v_project and v.consensus_id = v_consensus.id
       and v.round = (p_input ->> 'round')::int) end);
end $$;

-- Ends the voting, or takes the question back.
create function public.iris_consensus_close(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'consensusId';
  v_actual text := p_input ->> 'actual';
  v_cancels boolean := coalesce((p_input ->> 'cancel')::boolean, false);
  v_consensus iris.consensus;
begin
  v_consensus := iris.lock_consensus(v_project, v_id);
  if v_consensus.id is null then
    perform iris.fail(404, 'There is no consensus ' || to_json(v_id), 'List them: consensus_list.');
  end if;
  if v_cancels and v_consensus.closed_at is not null and not v_consensus.cancelled then
    perform iris.fail(410, 'The consensus ' || to_json(v_id) || ' is closed, and cannot be cancelled', '');
  end if;
  if v_actual is not null and not v_actual = any (v_consensus.options) then
    perform iris.fail(400, 'actual is no option: ' || to_json(v_actual),
      'Options: ' || array_to_string(v_consensus.options, ', ') || '.');
  end if;
  if v_consensus.actual is not null and v_actual is not null and v_actual <> v_consensus.actual then
    perform iris.fail(409, 'The votes on ' || to_json(v_id) || ' were judged already, by ' || to_json(v_consensus.actual), '');
  end if;
  if v_consensus.closed_at is null then
    perform iris.note(v_project, case when v_cancels then 'consensus.cancelled' else 'consensus.closed' end, p_input,
      jsonb_build_object('consensus.id', v_id));
  end if;
  if v_actual is not null and v_consensus.actual is null then
    insert into iris.voters as r (project_id, agent_id, right_count, total_count)
    select v_project, v.agent_id, (coalesce(v.decision, v.ranking[1]) = v_actual)::int, 1 from iris.votes v
     where v.project_id = v_project and v.consensus_id = v_id and v.is_current
       and coalesce(v.decision, v.ranking[1], 'abstain') <> 'abstain'
    on conflict (project_id, agent_id) do update
      set right_count = r.right_count + excluded.right_count, total_count = r.total_count + 1;
  end if;
  update iris.consensus c set closed_at = coalesce(c.closed_at, now()), cancelled = c.cancelled or v_cancels,
    actual = coalesce(c.actual, v_actual)
   where c.project_id = v_project and c.id = v_id returning * into v_consensus;
  return iris.consensus_state(v_consensus);
end $$;

-- Writes the result of a question whose voting is over; the first one stays. With "seal" it ends the voting, too,
-- if nobody has voted since.
create function public.iris_consensus_finish(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_consensus iris.consensus := iris.lock_consensus(v_project, p_input ->> 'consensusId');
begin
  if v_consensus.id is not null and v_consensus.result is null
     and v_consensus.version = (p_input ->> 'version')::bigint
     and (v_consensus.closed_at is not null or coalesce((p_input ->> 'seal')::boolean, false)) then
    update iris.consensus c set result = p_input -> 'result', closed_at = coalesce(c.closed_at, now())
     where c.project_id = v_project and c.id = v_consensus.id returning * into v_consensus;
    perform iris.note(v_project, 'consensus.decided', '{}', jsonb_build_object('consensus.id', v_consensus.id,
      'consensus.outcome', p_input #>> '{result,outcome}'));
  end if;
  return iris.consensus_state(v_consensus);
end $$;

create function public.iris_consensus_list(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := coalesce((p_input ->> 'limit')::int, 50);
  v_cursor jsonb;
  v_rows jsonb;
begin
  v_cursor := nullif(convert_from(decode(coalesce(p_input ->> 'cursor', ''), 'base64'), 'UTF8'), '')::jsonb;
  select jsonb_agg(page.row order by page.n) into v_rows from (
    select row_number() over (order by c.created_at desc, c.id) as n, jsonb_build_object(
        'id', c.id, 'topic', c.topic, 'status', coalesce(c.result ->> 'status', 'pending'),
        'outcome', c.result ->> 'outcome', 'method', c.method, 'explicit', c.explicit,
        'voters', (select count(*) from iris.votes v where v.project_id = v_project and v.consensus_id = c.id and v.is_current),
        'closesAt', iris.iso(c.closes_at), 'closedAt', iris.iso(c.closed_at), 'createdAt', iris.iso(c.created_at),
        'key', jsonb_build_array(c.created_at, c.id)) as row
      from iris.consensus c
     where c.project_id = v_project
       and (p_input ->> 'status' is null or coalesce(c.result ->> 'status', 'pending') = p_input ->> 'status')
       and (v_cursor is null or c.created_at < (v_cursor ->> 0)::timestamptz
            or (c.created_at = (v_cursor ->> 0)::timestamptz and c.id > v_cursor ->> 1))
     order by c.created_at desc, c.id limit v_limit + 1) page;
  return jsonb_build_object(
    'consensus', (select coalesce(jsonb_agg(r - 'key' order by n), '[]')
                    from jsonb_array_elements(v_rows) with ordinality e (r, n) where n <= v_limit),
    'nextCursor', case when jsonb_array_length(v_rows) > v_limit
      then translate(encode(convert_to((v_rows -> (v_limit - 1) -> 'key')::text, 'UTF8'), 'base64'), E'\n', '') end);
exception when invalid_text_representation or invalid_parameter_value or character_not_in_repertoire then
  perform iris.fail(400, 'The cursor is not one of this list', 'Take nextCursor of the last answer as it is.');
end $$;

select iris.guard_table('consensus');
select iris.guard_table('votes');
select iris.guard_table('voters');
select iris.publish('consensus');
