from edda import WorkflowContext, receive, subscribe, workflow


@workflow
async def interop_shared(ctx: WorkflowContext, channel: str, timeout: int | None):
    await subscribe(ctx, channel)
    await receive(ctx, channel, timeout_seconds=timeout)
    return {"finished_by": "edda"}
