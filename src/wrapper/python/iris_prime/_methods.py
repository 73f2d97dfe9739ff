# Generated from the contracts of the tools, do not edit: npm run gen
"""A method for each tool of iris, in the spelling of Python."""

UNSET = object()


class ToolMethods:
    def discover_patterns(self, input=UNSET, **named):
        """Finds what goes together in the sessions of this project: rules such as "sessions with tool=search end in failure", sets, and sequences, with how sure they are and sessions to look at. It explores: a pattern is a hint, and no proof.

        Keywords: min_support, min_confidence, max_patterns, kinds, target, unit, since, until, exclude, min_count, max_length, max_consequent, min_lift, max_q_value, condensed, min_improvement, max_gap, transactions, sort_by, save.
        """
        return self._call_tool("pattern_discovery", {"input_": input}, named)

    def explain_pattern(self, antecedent=UNSET, consequent=UNSET, **named):
        """Shows for a rule the sessions that keep to it and those that do not, with the table of counts behind it.

        Keywords: antecedent, consequent, unit, since, until, exclude, examples.
        """
        return self._call_tool("pattern_explain", {"antecedent": antecedent, "consequent": consequent}, named)

    def process_map(self, input=UNSET, **named):
        """Draws which event follows which in the sessions: counts, starts, ends, usual waits and the most frequent variants.

        Keywords: unit, since, until, exclude, min_count, max_variants, format.
        """
        return self._call_tool("process_map", {"input_": input}, named)

    def evaluate_output(self, input=UNSET, output=UNSET, verdict=UNSET, reasoning=UNSET, **named):
        """Records how good an output is: by a verdict, by checks that are run here, or by scores per criterion. Without any of them it answers with a form for your own model; call again with evaluationId and the filled form.

        Keywords: input, output, verdict, reasoning, evaluation_id, task, expected, criteria, scores, checks, reflection, parent_id, judge, source, prompt_ref, metadata, idempotency_key, agent_id, session_id, trace_id.
        """
        return self._call_tool("reflexion_evaluate", {"input": input, "output": output, "verdict": verdict, "reasoning": reasoning}, named, ("input", "output", "reasoning",))

    def recall_reflections(self, input=UNSET, **named):
        """Finds what was learnt in earlier attempts, by task or by words. Use it before a task that may have been tried before, and rate what you used with reflexion_feedback.

        Keywords: task, query, k, only_failures, min_usefulness, include_stale.
        """
        return self._call_tool("reflexion_recall", {"input_": input}, named)

    def rate_reflection(self, id=UNSET, helped=UNSET, **named):
        """Tells whether a recalled reflection helped. Reflections that do not help are recalled less, and at last no more.

        Keywords: id, helped, idempotency_key, agent_id, session_id, trace_id.
        """
        return self._call_tool("reflexion_feedback", {"id": id, "helped": helped}, named)

    def get_agreement(self, input=UNSET, **named):
        """Compares the newest verdicts of two sources on the same inputs and outputs: share of equal verdicts, Cohen's kappa, and rank correlation of the scores.

        Keywords: first, second, task, since.
        """
        return self._call_tool("reflexion_agreement", {"input_": input}, named)

    def submit_vote(self, consensus_id=UNSET, agent_id=UNSET, decision=UNSET, reasoning=UNSET, **named):
        """Casts or changes one vote. A question that nobody has opened becomes an open one that anybody may vote on.

        Keywords: consensus_id, agent_id, decision, ranking, approvals, reasoning, confidence, weight, round, token, metadata, session_id, trace_id.
        """
        return self._call_tool("consensus_vote", {"consensusId": consensus_id, "agentId": agent_id, "decision": decision, "reasoning": reasoning}, named)

    def get_consensus_status(self, consensus_id=UNSET, **named):
        """Gives the outcome of a question, or how it would end now, with the tally and those who disagreed.

        Keywords: consensus_id, include_votes, round.
        """
        return self._call_tool("consensus_status", {"consensusId": consensus_id}, named)

    def open_consensus(self, topic=UNSET, **named):
        """Puts a question to agents with its rules: options, method, quorum, deadline, who may vote, who may veto.

        Keywords: topic, id, description, options, method, base, quorum, eligible, weighting, veto, closes_at, ttl_seconds, allow_change, secret, metadata, agent_id, session_id, trace_id, idempotency_key.
        """
        return self._call_tool("consensus_open", {"topic": topic}, named)

    def close_consensus(self, consensus_id=UNSET, **named):
        """Ends the voting and fixes the result, or cancels the question. With actual, judges the votes by what was right.

        Keywords: consensus_id, cancel, actual, agent_id, session_id, trace_id.
        """
        return self._call_tool("consensus_close", {"consensusId": consensus_id}, named)

    def list_consensus(self, input=UNSET, **named):
        """Lists the questions of the project, the newest first.

        Keywords: status, limit, cursor.
        """
        return self._call_tool("consensus_list", {"input_": input}, named)

    def log_event(self, event=UNSET, metadata=UNSET, **named):
        """Notes what happened, as one event or span, or many at once. Secrets are taken out before anything is stored.

        Keywords: event, metadata, attributes, kind, timestamp, end_time, duration_ms, session_id, agent_id, trace_id, span_id, parent_span_id, traceparent, severity, outcome, id, events, capture_content, idempotency_key.
        """
        return self._call_tool("telemetry_log", {"event": event, "metadata": metadata}, named)

    def query_events(self, input=UNSET, **named):
        """Lists events by name, session, agent, trace, outcome, attributes or text, newest first.

        Keywords: event, kind, session_id, agent_id, trace_id, outcome, min_severity, attributes, text, since, until, order, limit, cursor.
        """
        return self._call_tool("telemetry_query", {"input_": input}, named)

    def get_trace(self, trace_id=UNSET, **named):
        """Shows one trace as a tree: where its time went, what it waited for, and its tokens and cost.

        Keywords: trace_id.
        """
        return self._call_tool("telemetry_trace", {"traceId": trace_id}, named)

    def get_prompt(self, name=UNSET, **named):
        """Reads a prompt by version, by label, or else what "production" points to, or else the newest. With variables it is rendered; missing ones are an error unless strict is false.

        Keywords: name, version, label, variables, strict, agent_id, session_id, trace_id.
        """
        return self._call_tool("prompt_get", {"name": name}, named)

    def save_prompt(self, name=UNSET, template=UNSET, variables=UNSET, metadata=UNSET, **named):
        """Saves a prompt as its next version, which never changes afterwards. What equals the newest version makes no new one. Variables are {{name}}, or {name} where each is declared.

        Keywords: name, template, variables, metadata, format, config, tags, labels, message, expected_version, idempotency_key, agent_id, session_id, trace_id.
        """
        return self._call_tool("prompt_save", {"name": name, "template": template, "variables": variables, "metadata": metadata}, named)

    def list_prompts(self, input=UNSET, **named):
        """Lists prompts with their newest version and labels; with a name, the versions of that prompt and how its labels moved.

        Keywords: name, prefix, tag, label, limit, cursor.
        """
        return self._call_tool("prompt_list", {"input_": input}, named)

    def label_prompt(self, name=UNSET, label=UNSET, version=UNSET, **named):
        """Points a label such as "production" to a version; null takes it away. Moving it back is how a prompt is rolled back.

        Keywords: name, label, version, expected_version, reason, idempotency_key, agent_id, session_id, trace_id.
        """
        return self._call_tool("prompt_label", {"name": name, "label": label, "version": version}, named)

    def diff_prompts(self, name=UNSET, from_=UNSET, to=UNSET, **named):
        """Shows what changed between two versions or labels of a prompt as a unified diff.

        Keywords: name, from_, to.
        """
        return self._call_tool("prompt_diff", {"name": name, "from": from_, "to": to}, named)

    def delete_prompt(self, name=UNSET, version=UNSET, **named):
        """Hides one version of a prompt, or all of them; their numbers are never given again. Labels have to be taken away first.

        Keywords: name, version, agent_id, session_id, trace_id.
        """
        return self._call_tool("prompt_delete", {"name": name, "version": version}, named)

    def track_lineage(self, name=UNSET, input=UNSET, output=UNSET, parent_id=UNSET, **named):
        """Keeps one run: what it took and what it gave. Runs whose input is the output of another meet by content, without passing ids on.

        Keywords: name, input, output, inputs, outputs, parent_id, parents, started_at, ended_at, attributes, store, id, agent_id, session_id, trace_id.
        """
        return self._call_tool("lineage_track", {"name": name, "input": input, "output": output, "parentId": parent_id}, named)

    def get_lineage(self, id=UNSET, **named):
        """Walks from a run, a content or an agent to what it came from (upstream) and what came of it (downstream).

        Keywords: id, direction, depth, limit, at, format.
        """
        return self._call_tool("lineage_get", {"id": id}, named)

    def record_metric(self, name=UNSET, value=UNSET, tags=UNSET, **named):
        """Records one value of a metric with its tags, or many at once.

        Keywords: name, value, type, unit, description, tags, timestamp, id, points, idempotency_key.
        """
        return self._call_tool("metric_record", {"name": name, "value": value, "tags": tags}, named)

    def get_metrics(self, name=UNSET, **named):
        """Reads metrics over time: counts, sums, averages, percentiles and rates, by tags, and against the window before.

        Keywords: name, prefix, tags, since, until, bucket, group_by, aggregations, quantiles, compare_to, format.
        """
        return self._call_tool("metrics_get", {"name": name}, named)

    def list_metrics(self, prefix=UNSET, **named):
        """Lists the metrics there are, with their types, units and the names of their tags.

        Keywords: prefix, limit, cursor.
        """
        return self._call_tool("metric_list", {"prefix": prefix}, named)

    def register_agent(self, agent_id=UNSET, capabilities=UNSET, metadata=UNSET, **named):
        """Announces an agent and what it can do, or renews it. Capabilities are replaced, metadata is merged.

        Keywords: agent_id, name, version, description, capabilities, card, ttl_seconds, metadata, issue_token, token, idempotency_key.
        """
        return self._call_tool("agent_register", {"agentId": agent_id, "capabilities": capabilities, "metadata": metadata}, named)

    def get_agent_status(self, agent_id=UNSET, **named):
        """Tells whether an agent is online, what it says of itself and its track record; without an id, of all agents.

        Keywords: agent_id, card, limit, cursor.
        """
        return self._call_tool("agent_status", {"agentId": agent_id}, named)

    def heartbeat(self, agent_id=UNSET, status=UNSET, **named):
        """Says that an agent is there, and what it does. Any other call that names the agent is a sign of life as well.

        Keywords: agent_id, status, message, current_task, load, seq, token.
        """
        return self._call_tool("agent_heartbeat", {"agentId": agent_id, "status": status}, named)

    def find_agents(self, capabilities=UNSET, **named):
        """Finds agents that can do all that is asked for, those that are free and least busy first.

        Keywords: capabilities, liveness, status, limit.
        """
        return self._call_tool("agent_find", {"capabilities": capabilities}, named)

    def deregister_agent(self, agent_id=UNSET, **named):
        """Forgets an agent. What it did, such as its votes, stays.

        Keywords: agent_id, token.
        """
        return self._call_tool("agent_deregister", {"agentId": agent_id}, named)

    def list_runs(self, input=UNSET, **named):
        """Lists the scripts that ran and called tools, the newest first.

        Keywords: limit, cursor.
        """
        return self._call_tool("run_list", {"input_": input}, named)

    def get_run(self, id=UNSET, **named):
        """Shows one run with each tool that it called: how long it took, how much went in and out, and how it ended.

        Keywords: id.
        """
        return self._call_tool("run_get", {"id": id}, named)

    def export_data(self, table=UNSET, **named):
        """Gives one page of one table of this project's data; without a table, the names of the tables.

        Keywords: table, limit, cursor.
        """
        return self._call_tool("data_export", {"table": table}, named)

    def delete_data(self, input=UNSET, **named):
        """Deletes data of this project by age, session or table. It only counts unless dryRun is false.

        Keywords: before, session_id, tables, dry_run.
        """
        return self._call_tool("data_delete", {"input_": input}, named)
