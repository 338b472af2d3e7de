import base64

from edda import (
    WorkflowContext,
    activity,
    publish,
    receive,
    send_event_transactional,
    send_to,
    sleep,
    subscribe,
    wait_event,
    workflow,
)


def printable(data):
    return {"base64": base64.b64encode(data).decode()} if isinstance(data, bytes) else data


@activity
async def note(ctx: WorkflowContext, what: str):
    return {"noted": what}


@activity
async def emit(ctx: WorkflowContext, type: str, source: str, data: dict):
    return await send_event_transactional(ctx, event_type=type, event_source=source, event_data=data)


@workflow
async def interop_subscribe(
    ctx: WorkflowContext, channel: str, mode: str, count: int, timeout: int | None, busy: int
):
    await subscribe(ctx, channel, mode=mode)
    await note(ctx, "subscribed")
    if busy > 0:
        await sleep(ctx, busy)
    messages = []
    timed_out = False
    while len(messages) < count:
        try:
            message = await receive(ctx, channel, timeout_seconds=timeout)
        except TimeoutError:
            timed_out = True
            break
        messages.append(
            {
                "id": message.id,
                "channel": message.channel,
                "data": printable(message.data),
                "metadata": message.metadata,
            }
        )
    await note(ctx, "received")
    return {"messages": messages, "timeout": timed_out}


@workflow
async def interop_publish(ctx: WorkflowContext, channel: str, items: list, metadata: dict):
    return [await publish(ctx, channel, item, metadata=metadata) for item in items]


@workflow
async def interop_send_to(ctx: WorkflowContext, instance: str, channel: str, data: dict):
    return await send_to(ctx, instance, data, channel=channel)


@workflow
async def interop_wait_event(ctx: WorkflowContext, type: str, count: int, timeout: int | None):
    events = []
    while len(events) < count:
        try:
            event = await wait_event(ctx, type, timeout_seconds=timeout)
        except TimeoutError:
            return {"events": events, "timeout": True}
        events.append(
            {
                "id": event.id,
                "type": event.type,
                "source": event.source,
                "time": event.time,
                "subject": event.subject,
                "extensions": event.extensions,
                "data": printable(event.data),
            }
        )
    return {"events": events, "timeout": False}


@workflow
async def interop_sleep(ctx: WorkflowContext, seconds: int):
    await note(ctx, "sleepy")
    await sleep(ctx, seconds)
    return "woke"


@workflow
async def interop_outbox(ctx: WorkflowContext, type: str, source: str, data: dict):
    return await emit(ctx, type, source, data)


@workflow
async def interop_member(ctx: WorkflowContext, group: str, channel: str, timeout: int | None):
    # membership is known to the storage alone
    await ctx.storage.join_group(ctx.instance_id, group)
    await subscribe(ctx, channel, mode="direct")
    return (await receive(ctx, channel, timeout_seconds=timeout)).data


@workflow
async def interop_tell_group(ctx: WorkflowContext, group: str, channel: str, data: dict):
    members = await ctx.storage.get_group_members(group)
    for member in members:
        await send_to(ctx, member, data, channel=channel)
    return members


@workflow(event_handler=True)
async def interop_start_edda(ctx: WorkflowContext, value: str):
    return {"by": "edda", "input": {"value": value}}
