-- Evaluations of outputs, and the reflections that were written about them and are recalled later.
create table iris.evaluations (
  project_id text not null references iris.projects (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  task text not null check (length(task) between 1 and 200),
  input text not null,
  output text not null,
  -- The same input and output have the same subject, whoever judges them.
  subject bytea not null,
  expected jsonb,
  verdict text not null check (verdict in ('correct', 'partial', 'incorrect', 'unknown')),
  score double precision check (score between 0 and 1),
  pass boolean,
  source text not null check (source in ('human', 'agent', 'judge', 'checks', 'none')),
  criteria jsonb not null default '[]',
  scores jsonb not null default '[]',
  checks jsonb not null default '[]',
  reasoning text,
  reflection text,
  attempt int not null default 1 check (attempt between 1 and 1000),
  parent_id uuid,
  used_count int not null default 0,
  helped_count int not null default 0 check (helped_count <= used_count),
  stale boolean not null default false,
  prompt_ref text,
  session_id text,
  agent_id text,
  trace_id text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  fts tsvector generated always as (to_tsvector('pg_catalog.english', left(
    task || ' ' || coalesce(reflection, '') || ' ' || coalesce(reasoning, '') || ' ' || input, 20000))) stored,
  primary key (project_id, id),
  foreign key (project_id, parent_id) references iris.evaluations (project_id, id) on delete set null (parent_id)
);
create index evaluations_fts_idx on iris.evaluations using gin (fts);
create index evaluations_task_idx on iris.evaluations (project_id, task, created_at desc);
create index evaluations_parent_idx on iris.evaluations (project_id, parent_id) where parent_id is not null;
create index evaluations_subject_idx on iris.evaluations (project_id, subject, created_at desc);
create index evaluations_created_idx on iris.evaluations (project_id, created_at desc);

-- How likely a reflection is to help, as far as its use has shown: one half where nothing is known.
create function iris.usefulness(p_used int, p_helped int) returns double precision
language sql immutable security invoker set search_path = '' as $$
  select (p_helped + 1)::double precision / (p_used + 2)
$$;

-- Reflections whose text has any of the words of a query; those that have all of them are marked.
create function iris.recall_by_text(p_project text, p_all tsquery, p_any tsquery)
returns table (id uuid, is_whole boolean, likeness double precision)
language sql stable security invoker set search_path = '' as $$
  select e.id, e.fts @@ p_all, ts_rank_cd(e.fts, p_any)::double precision as likeness
    from iris.evaluations e
   where e.project_id = p_project and e.reflection is not null and e.fts @@ p_any
   order by likeness desc limit 1000
$$;

-- The same without the dictionary, for queries that it knows nothing of: names, codes, other scripts.
create function iris.recall_by_words(p_project text, p_words text[])
returns table (id uuid, is_whole boolean, likeness double precision)
language sql stable security invoker set search_path = '' as $$
  select e.id, found.words = cardinality(p_words), found.words::double precision / cardinality(p_words) as likeness
    from iris.evaluations e, lateral (
      select count(*) as words from unnest(p_words) w
       where concat_ws(' ', e.task, e.reflection, e.reasoning, left(e.input, 20000))
        ilike '%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%') found
   where e.project_id = p_project and e.reflection is not null and found.words > 0
   order by likeness desc limit 1000
$$;

-- Past reflections: those of the very task first, then by likeness, usefulness and age.
create function iris.recall(p_project text, p_wish jsonb, p_except uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_task text := p_wish ->> 'task';
  v_text text := left(btrim(p_wish ->> 'query'), 4000);
  v_all tsquery := websearch_to_tsquery('pg_catalog.english', coalesce(v_text, ''));
  -- Without this a question of ten words would find only what has all ten; what is excluded stays excluded.
  v_any tsquery := case when v_all::text like '%!%' then v_all else replace(v_all::text, ' & ', ' | ')::tsquery end;
  v_words text[] := (regexp_split_to_array(v_text, '\s+'))[1:20];
  v_by_words boolean := numnode(v_all) = 0;
  v_rows jsonb;
begin
  loop
    select jsonb_agg(r.reflection order by r.is_own desc, r.is_whole desc, r.rank desc, r.created_at desc, r.id) into v_rows
    from (
      select e.id, e.created_at, own.is_own, coalesce(hit.is_whole, false) as is_whole, rated.rank, jsonb_build_object(
          'id', e.id, 'task', e.task, 'reflection', e.reflection, 'verdict', e.verdict, 'score', e.score,
          'attempt', e.attempt, 'usedCount', e.used_count, 'helpedCount', e.helped_count,
          'usefulness', iris.usefulness(e.used_count, e.helped_count), 'stale', e.stale, 'isSameTask', own.is_own,
          'rank', rated.rank, 'agentId', e.agent_id, 'createdAt', iris.iso(e.created_at)) as reflection
        from iris.evaluations e
        left join (
          select t.* from iris.recall_by_text(p_project, v_all, v_any) t where not v_by_words
          union all
          select w.* from iris.recall_by_words(p_project, v_words) w where v_by_words and v_text <> '') hit on hit.id = e.id,
        lateral (select coalesce(e.task = v_task, false) as is_own) own,
        lateral (select case when coalesce(v_text, '') = '' then 1 else coalesce(hit.likeness, 0.01) end
            * (0.5 + iris.usefulness(e.used_count, e.helped_count))
            * power(2, -extract(epoch from now() - e.created_at)::double precision / 86400 / 30) as rank) rated
       where e.project_id = p_project and e.reflection is not null and e.id is distinct from p_except
         and (own.is_own or hit.id is not null or (v_task is null and coalesce(v_text, '') = ''))
         and (not e.stale or coalesce((p_wish ->> 'includeStale')::boolean, false))
         and (e.verdict in ('incorrect', 'partial') or not coalesce((p_wish ->> 'onlyFailures')::boolean, false))
         and iris.usefulness(e.used_count, e.helped_count) >= coalesce((p_wish ->> 'minUsefulness')::double precision, 0)
       order by own.is_own desc, is_whole desc, rated.rank desc, e.created_at desc, e.id
       limit coalesce((p_wish ->> 'k')::int, 3)) r;
    exit when v_rows is not null or v_by_words or coalesce(v_text, '') = '';
    v_by_words := true;
  end loop;
  return coalesce(v_rows, '[]');
end $$;

-- What is told of one evaluation.
create function iris.evaluation_json(p_evaluation iris.evaluations) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'id', p_evaluation.id, 'task', p_evaluation.task, 'verdict', p_evaluation.verdict, 'score', p_evaluation.score,
    'pass', p_evaluation.pass, 'source', p_evaluation.source, 'checks', p_evaluation.checks,
    'scores', p_evaluation.scores, 'attempt', p_evaluation.attempt, 'reflection', p_evaluation.reflection,
    'createdAt', iris.iso(p_evaluation.created_at),
    'previous', (
      select jsonb_build_object('id', e.id, 'score', e.score, 'delta', p_evaluation.score - e.score)
        from iris.evaluations e where e.project_id = p_evaluation.project_id and e.id = p_evaluation.parent_id),
    'pastReflections', iris.recall(p_evaluation.project_id, jsonb_build_object('task', p_evaluation.task), p_evaluation.id))
$$;

-- One event for each criterion, under the names of OpenTelemetry, and one for the verdict.
create function iris.note_evaluation(p_evaluation iris.evaluations, p_caller jsonb) returns void
language plpgsql volatile security invoker set search_path = '' as $$
declare v_score jsonb;
begin
  for v_score in select jsonb_array_elements(p_evaluation.scores) loop
    perform iris.note(p_evaluation.project_id, 'gen_ai.evaluation.result', p_caller, jsonb_build_object(
      'gen_ai.evaluation.name', v_score -> 'criterion', 'gen_ai.evaluation.score.value', v_score -> 'score',
      'gen_ai.evaluation.score.label', case when (v_score ->> 'passed')::boolean then 'pass' else 'fail' end,
      'gen_ai.evaluation.explanation', left(v_score ->> 'reason', 2000),
      'iris.evaluation.id', p_evaluation.id, 'iris.evaluation.task', p_evaluation.task));
  end loop;
  if p_evaluation.verdict <> 'unknown' then
    perform iris.note(p_evaluation.project_id, 'reflexion.evaluated', p_caller, jsonb_build_object(
      'verdict', p_evaluation.verdict, 'score', p_evaluation.score, 'pass', p_evaluation.pass,
      'source', p_evaluation.source, 'attempt', p_evaluation.attempt, 'prompt', p_evaluation.prompt_ref,
      'iris.evaluation.id', p_evaluation.id, 'iris.evaluation.task', p_evaluation.task),
      case p_evaluation.verdict when 'correct' then 'success' when 'incorrect' then 'failure' end);
  end if;
end $$;

create function public.iris_reflexion_evaluate(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  -- Checks measure time, so that what was asked decides and not what came out.
  v_content jsonb := jsonb_build_object('idempotencyKey', p_input -> 'idempotencyKey', 'hash', p_input -> 'requestHash');
  v_answer jsonb := iris.replay(v_project, 'reflexion_evaluate', v_content);
  v_parent iris.evaluations;
  v_row iris.evaluations;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform iris.seen(v_project, p_input ->> 'agentId');
  if p_input ->> 'parentId' is not null then
    select * into v_parent from iris.evaluations e
     where e.project_id = v_project and e.id = (p_input ->> 'parentId')::uuid;
    if v_parent.id is null then
      perform iris.fail(404, 'There is no evaluation ' || (p_input ->> 'parentId'), 'Leave parentId out for a first attempt.');
    end if;
    if v_parent.attempt >= 1000 then
      perform iris.fail(413, 'There were 1000 attempts already', 'Begin again without parentId.');
    end if;
  end if;
  insert into iris.evaluations (project_id, task, input, output, subject, expected, verdict, score, pass, source, criteria,
    scores, checks, reasoning, reflection, attempt, parent_id, prompt_ref, session_id, agent_id, trace_id, metadata)
  values (v_project, coalesce(p_input ->> 'task', v_parent.task, p_input ->> 'defaultTask'), p_input ->> 'input',
    p_input ->> 'output', sha256(convert_to((p_input ->> 'input') || E'\x01' || (p_input ->> 'output'), 'UTF8')),
    p_input -> 'expected', p_input ->> 'verdict', (p_input ->> 'score')::double precision, (p_input ->> 'pass')::boolean,
    p_input ->> 'source', coalesce(p_input -> 'criteria', '[]'), coalesce(p_input -> 'scores', '[]'),
    coalesce(p_input -> 'checks', '[]'), p_input ->> 'reasoning', p_input ->> 'reflection',
    coalesce(v_parent.attempt, 0) + 1, v_parent.id, p_input ->> 'promptRef', p_input ->> 'sessionId',
    p_input ->> 'agentId', p_input ->> 'traceId', coalesce(p_input -> 'metadata', '{}'))
  returning * into v_row;
  perform iris.note_evaluation(v_row, p_input);
  return iris.remember(v_project, 'reflexion_evaluate', v_content, iris.evaluation_json(v_row));
end $$;

-- What has to be known to complete an evaluation.
create function public.iris_reflexion_read(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_row iris.evaluations;
begin
  select * into v_row from iris.evaluations e
   where e.project_id = v_project and e.id = (p_input ->> 'evaluationId')::uuid;
  if v_row.id is null then
    perform iris.fail(404, 'There is no evaluation ' || (p_input ->> 'evaluationId'),
      'Use the id that reflexion_evaluate answered with.');
  end if;
  return jsonb_build_object('criteria', v_row.criteria, 'checks', v_row.checks, 'scores', v_row.scores,
    'verdict', v_row.verdict, 'score', v_row.score, 'pass', v_row.pass, 'source', v_row.source);
end $$;

-- Adds scores or a verdict to an evaluation that has none yet, or a reflection to one that has none.
create function public.iris_reflexion_complete(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_content jsonb := jsonb_build_object('idempotencyKey', p_input -> 'idempotencyKey', 'hash', p_input -> 'requestHash');
  v_answer jsonb := iris.replay(v_project, 'reflexion_evaluate', v_content);
  v_is_judged boolean := (p_input ->> 'isJudged')::boolean;
  v_row iris.evaluations;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform iris.seen(v_project, p_input ->> 'agentId');
  select * into v_row from iris.evaluations e
   where e.project_id = v_project and e.id = (p_input ->> 'evaluationId')::uuid for update;
  if v_row.id is null then
    perform iris.fail(404, 'There is no evaluation ' || (p_input ->> 'evaluationId'), '');
  end if;
  if v_is_judged and (v_row.scores <> '[]' or v_row.source = 'judge'
      or (v_row.source in ('human', 'agent') and (p_input ->> 'hasVerdict')::boolean)) then
    perform iris.fail(409, 'The evaluation ' || v_row.id || ' was judged already',
      'To judge the same output again, evaluate its input and output anew.',
      jsonb_build_object('verdict', v_row.verdict, 'source', v_row.source));
  end if;
  if p_input ->> 'reflection' is not null and v_row.reflection <> p_input ->> 'reflection' then
    perform iris.fail(409, 'The evaluation ' || v_row.id || ' has a reflection already',
      'Write the next one with the next attempt: parentId.');
  end if;
  update iris.evaluations e set
    verdict = case when v_is_judged then p_input ->> 'verdict' else e.verdict end,
    score = case when v_is_judged then (p_input ->> 'score')::double precision else e.score end,
    pass = case when v_is_judged then (p_input ->> 'pass')::boolean else e.pass end,
    source = case when v_is_judged then p_input ->> 'source' else e.source end,
    scores = case when v_is_judged then coalesce(p_input -> 'scores', '[]') else e.scores end,
    reasoning = coalesce(p_input ->> 'reasoning', e.reasoning),
    reflection = coalesce(p_input ->> 'reflection', e.reflection)
   where e.project_id = v_project and e.id = v_row.id
  returning * into v_row;
  if v_is_judged then
    perform iris.note_evaluation(v_row, p_input);
  end if;
  return iris.remember(v_project, 'reflexion_evaluate', v_content, iris.evaluation_json(v_row));
end $$;

create function public.iris_reflexion_recall(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare v_project text := iris.require_project(p_project, 'read');
begin
  return jsonb_build_object('reflections', iris.recall(v_project, p_input, null));
end $$;

-- A reflection that was used three times and mostly did not help is stale.
create function public.iris_reflexion_feedback(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_content jsonb := p_input - array['sessionId', 'traceId'];
  v_answer jsonb := iris.replay(v_project, 'reflexion_feedback', v_content);
  v_helped int := case when (p_input ->> 'helped')::boolean then 1 else 0 end;
  v_row iris.evaluations;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform iris.seen(v_project, p_input ->> 'agentId');
  update iris.evaluations e set
    used_count = e.used_count + 1, helped_count = e.helped_count + v_helped,
    stale = e.used_count + 1 >= 3 and iris.usefulness(e.used_count + 1, e.helped_count + v_helped) < 0.35
   where e.project_id = v_project and e.id = (p_input ->> 'id')::uuid and e.reflection is not null
  returning * into v_row;
  if v_row.id is null then
    perform iris.fail(404, 'There is no reflection ' || (p_input ->> 'id'), 'Find them: reflexion_recall.');
  end if;
  perform iris.note(v_project, 'reflexion.feedback', p_input, jsonb_build_object(
    'iris.evaluation.id', v_row.id, 'iris.evaluation.task', v_row.task, 'helped', p_input -> 'helped'));
  return iris.remember(v_project, 'reflexion_feedback', v_content, jsonb_build_object(
    'id', v_row.id, 'usedCount', v_row.used_count, 'helpedCount', v_row.helped_count,
    'usefulness', iris.usefulness(v_row.used_count, v_row.helped_count), 'stale', v_row.stale));
end $$;

-- The newest verdicts of two sources on the same input and output.
create function public.iris_reflexion_verdicts(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_since timestamptz := iris.moment(p_input ->> 'since', 'since');
  v_pairs jsonb;
begin
  with newest as (
    select distinct on (e.subject, e.source) e.subject, e.source, e.verdict, e.score, e.created_at
      from iris.evaluations e
     where e.project_id = v_project and e.source in (p_input ->> 'first', p_input ->> 'second') and e.verdict <> 'unknown'
       and (v_since is null or e.created_at >= v_since)
       and (p_input ->> 'task' is null or e.task = p_input ->> 'task')
     order by e.subject, e.source, e.created_at desc, e.id)
  select jsonb_agg(pair.facts) into v_pairs from (
    select jsonb_build_object('first', jsonb_build_object('verdict', a.verdict, 'score', a.score),
        'second', jsonb_build_object('verdict', b.verdict, 'score', b.score)) as facts
      from newest a join newest b on b.subject = a.subject
     where a.source = p_input ->> 'first' and b.source = p_input ->> 'second'
     order by greatest(a.created_at, b.created_at) desc limit 2000) pair;
  return jsonb_build_object('pairs', coalesce(v_pairs, '[]'));
end $$;

select iris.guard_table('evaluations');
select iris.publish('reflexion');
