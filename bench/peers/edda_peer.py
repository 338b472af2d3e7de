"""Edda: one repetition of A or B on PostgreSQL, asked for and answered as the other peers are."""

import asyncio
import json
import logging
import sys
import time

import asyncpg
import uvloop
from edda import EddaApp, WorkflowContext, activity, workflow

logging.disable(logging.WARNING)


@activity
async def n(ctx: WorkflowContext, k: int) -> dict:
    return {"n": k}


@workflow
async def five(ctx: WorkflowContext, i: int, steps: int) -> dict:
    total = 0
    for k in range(1, steps + 1):
        total += (await n(ctx, k))["n"]
    return {"sum": total}


async def run_one(app: EddaApp, i: int) -> None:
    instance = await app.storage.get_instance(await five.start(i=i, steps=5))
    output = instance["output_data"]
    value = (json.loads(output) if isinstance(output, str) else output)
    if value.get("result", value) != {"sum": 15}:
        raise RuntimeError(f"a workflow answered {output}")


async def throughput(app: EddaApp, workflows: int, lanes: int) -> list:
    numbers = iter(range(workflows))

    async def lane() -> None:
        for i in numbers:
            await run_one(app, i)

    before, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(lanes)))
    took = time.perf_counter() - started
    cpu = (time.process_time() - before) * 1e6 / workflows
    return [sample("A", workflows / took, "workflows/s"), sample("A/client-cpu", cpu, "µs/workflow")]


async def latency(app: EddaApp, rounds: int) -> list:
    measured = []
    for i in range(rounds):
        started = time.perf_counter()
        await run_one(app, i)
        measured.append((time.perf_counter() - started) * 1000)
    measured.sort()
    return [sample("B", measured[len(measured) // 2], "ms", measured[int(len(measured) * 0.95)])]


def sample(workload: str, value: float, unit: str, p95: float | None = None) -> dict:
    return {"workload": workload, "value": value, "p95": p95, "unit": unit}


async def verify(url: str, workflows: int) -> None:
    connection = await asyncpg.connect(url)
    completed = await connection.fetchval("SELECT COUNT(*) FROM workflow_instances WHERE status = 'completed'")
    results = await connection.fetchval("SELECT COUNT(*) FROM workflow_history WHERE event_type = 'ActivityCompleted'")
    await connection.close()
    if (completed, results) != (workflows, workflows * 5):
        raise RuntimeError(f"the store holds {completed} completed workflows and {results} results")


async def main() -> dict:
    request = json.loads(sys.argv[1])
    workload, part, sizes = request["workload"], request["part"], request["sizes"]
    setup = request["setup"]
    if workload not in ("A", "B") or part != "":
        return {"samples": [], "skipped": "it is measured for A and B"}
    url = setup["url"].replace("postgres://", "postgresql://")
    app = EddaApp(service_name="bench", db_url=url.replace("postgresql://", "postgresql+asyncpg://"))
    await app.initialize()
    workflows = sizes["workflows"] if workload == "A" else sizes["rounds"]
    if workload == "A":
        samples = await throughput(app, workflows, setup["concurrency"])
    else:
        samples = await latency(app, workflows)
    await verify(url, workflows)
    await app.shutdown()
    return {"samples": samples}


uvloop.install()
print(json.dumps(asyncio.run(main())))
