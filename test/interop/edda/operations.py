"""What Edda can do to a database beside running workflows one by one, each of it once."""

import asyncio
from datetime import UTC, datetime, timedelta

from edda import (
    TerminalError,
    WorkflowContext,
    activity,
    compensation,
    on_failure,
    receive,
    register_compensation,
    sleep_until,
    subscribe,
    unsubscribe,
    workflow,
)

from workflows import note

LAST_GENERATION = 3
undone = []


@compensation
async def give_back(ctx: WorkflowContext, what: str, **_):
    undone.append(what)


@activity
@on_failure(give_back)
async def book(ctx: WorkflowContext, what: str):
    return {"what": what}


@workflow
async def interop_generations(ctx: WorkflowContext, key: str, generation: int):
    await note(ctx, f"generation {generation}")
    await ctx.storage.join_group(ctx.instance_id, key)
    await subscribe(ctx, key)
    await sleep_until(ctx, datetime.now(UTC) + timedelta(milliseconds=100))
    await unsubscribe(ctx, key)
    await ctx.storage.leave_group(ctx.instance_id, key)
    if generation < LAST_GENERATION:
        await ctx.recur(key=key, generation=generation + 1)
    return {"generation": generation}


@workflow
async def interop_saga(ctx: WorkflowContext, key: str, fails: bool):
    await book(ctx, what=f"room of {key}")
    await register_compensation(ctx, give_back, what=f"table of {key}")
    if fails:
        raise TerminalError("no luck")
    await subscribe(ctx, key)
    await receive(ctx, key)


async def generations(app, key):
    async with app.turn:
        await interop_generations.start(key=key, generation=1)
    while True:
        found = await app.find_instances(
            workflow_name="interop_generations",
            input_filters={"key": key},
            started_after=datetime.now(UTC) - timedelta(hours=1),
            started_before=datetime.now(UTC) + timedelta(hours=1),
        )
        chain = sorted(found["instances"], key=lambda instance: instance["input_data"]["generation"])
        if chain[-1]["status"] in ("completed", "failed"):
            break
        await asyncio.sleep(0.2)
    return {
        "instances": [instance["instance_id"] for instance in chain],
        "statuses": [instance["status"] for instance in chain],
        "output": chain[-1]["output_data"]["result"],
        "members": await app.storage.get_group_members(key),
    }


async def saga(app, key, fails):
    undone.clear()
    try:
        async with app.turn:
            instance_id = await interop_saga.start(key=key, fails=fails)
        await app.replay_engine.cancel_workflow(instance_id, "interop")
    except TerminalError:
        found = await app.find_instances(workflow_name="interop_saga", input_filters={"key": key})
        instance_id = found["instances"][0]["instance_id"]
    return {"status": (await app.storage.get_instance(instance_id))["status"], "undone": list(undone)}


async def everything_found(app):
    """The ids of all pages of all instances."""
    token, ids = None, []
    while True:
        page = await app.find_instances(limit=10, page_token=token)
        ids += [instance["instance_id"] for instance in page["instances"]]
        token = page["next_page_token"]
        if not page["has_more"]:
            return ids


async def clean_up(app):
    storage = app.storage
    return {
        "messages": await storage.cleanup_old_channel_messages(older_than_days=7),
        "events": await storage.cleanup_published_events(older_than_hours=24),
        "locks": len(await storage.cleanup_stale_locks()),
        "cleared": [
            len(await storage.find_expired_timers()),
            len(await storage.find_expired_message_subscriptions()),
            len(await storage.find_resumable_workflows()),
        ],
    }


async def read(app, instance_id):
    """An instance of whomever, as Edda reads it."""
    instance = await app.storage.get_instance(instance_id)
    history = await app.storage.get_history(instance_id)
    compensations = await app.storage.get_compensations(instance_id)
    return {
        "status": instance["status"],
        "name": instance["workflow_name"],
        "history": len(history),
        "compensations": len(compensations),
    }


async def operations(app, options, report):
    key = options.channel
    output = {
        "generations": await generations(app, key),
        "failed": await saga(app, f"{key}-failed", True),
        "cancelled": await saga(app, f"{key}-cancelled", False),
        "found": await everything_found(app),
        "read": [await read(app, instance_id) for instance_id in options.instances],
        "cleaned": await clean_up(app),
    }
    report("result", status="completed", output=output)
