"""The peer of Edda: the commands that every framework offers, so that any two can be driven on one database."""

import argparse
import asyncio
import base64
import hashlib
import inspect
import json
import sys
import traceback

from edda import publish
from edda.workflow import get_all_workflows

from fast_app import make_app

ENDED = {"completed", "failed", "cancelled"}


# the lines of the protocol are alone on standard output; Edda prints its errors
protocol, sys.stdout = sys.stdout, sys.stderr


def reporter(**head):
    def report(event, **fields):
        print(json.dumps({**head, "event": event, **fields}), flush=True, file=protocol)

    return report


async def follow(app, report, workflow, detach=False, **arguments):
    try:
        async with app.turn:
            instance_id = await workflow.start(**arguments)
    except Exception as error:
        report("result", status="failed", output=None, error=f"{type(error).__name__}: {error}")
        return
    instance = await app.storage.get_instance(instance_id)
    if instance["status"].startswith("waiting_"):
        report("waiting", instance_id=instance_id)
        if detach:
            return
    while instance["status"] not in ENDED:
        # each look costs a millisecond of the processor, and a session follows dozens of instances
        await asyncio.sleep(0.2)
        instance = await app.storage.get_instance(instance_id)
    output = instance["output_data"] or {}
    failed = instance["status"] == "failed"
    error = {"error": output.get("error_message")} if failed else {}
    report("result", status=instance["status"], output=None if failed else output.get("result"), **error)


def workflow_command(name, arguments):
    async def command(app, options, report):
        import workflows

        await follow(app, report, getattr(workflows, name), **arguments(options))

    return command


async def migrate(app, options, report):
    pass


async def publish_items(app, options, report):
    metadata = json.loads(options.metadata)
    items = [json.loads(item) for item in options.data]
    if not (options.outside or options.base64):
        import workflows

        workflow = workflows.interop_publish
        await follow(app, report, workflow, channel=options.channel, items=items, metadata=metadata)
        return
    for item in items + ([base64.b64decode(options.base64)] if options.base64 else []):
        await publish(app.storage, options.channel, item, metadata=metadata)
    report("published")


async def serve(app, options, report):
    import uvicorn

    config = uvicorn.Config(app, host="127.0.0.1", port=options.port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    report("serving", url=f"http://127.0.0.1:{port}/")
    await asyncio.sleep(options.seconds)
    server.should_exit = True
    await task


async def shared(app, options, report):
    from shared import interop_shared

    await follow(
        app, report, interop_shared, detach=options.detach, channel=options.channel, timeout=options.timeout
    )


def seconds_then(event):
    async def command(app, options, report):
        await asyncio.sleep(options.seconds)
        report(event)

    return command


async def run_operations(app, options, report):
    from operations import operations

    await operations(app, options, report)


async def cancel(app, options, report):
    cancelled = await app.replay_engine.cancel_workflow(options.instance, "interop")
    report("result", status="completed" if cancelled else "failed", output=cancelled)


def picked(*names):
    return lambda options: {name: getattr(options, name) for name in names}


def with_data(*names):
    return lambda options: {**picked(*names)(options), "data": json.loads(options.data[0])}


COMMANDS = {
    "migrate": migrate,
    "subscribe": workflow_command("interop_subscribe", picked("channel", "mode", "count", "timeout", "busy")),
    "publish": publish_items,
    "send-to": workflow_command("interop_send_to", with_data("instance", "channel")),
    "wait-event": workflow_command("interop_wait_event", picked("type", "count", "timeout")),
    "serve": serve,
    "sleep": workflow_command("interop_sleep", picked("seconds")),
    "shared": shared,
    "hold": seconds_then("held"),
    "outbox": workflow_command("interop_outbox", with_data("type", "source")),
    "relay": seconds_then("relayed"),
    "cancel": cancel,
    "operations": run_operations,
    "member": workflow_command("interop_member", picked("group", "channel", "timeout")),
    "tell-group": workflow_command("interop_tell_group", with_data("group", "channel")),
}


async def run_tagged(app, tag, words):
    report = reporter(tag=tag)
    try:
        options = parse(words)
        await COMMANDS[options.command](app, options, report)
        report("done")
    except (Exception, SystemExit) as error:
        traceback.print_exc(file=sys.stderr)
        report("broken", error=repr(error))


async def store_definitions(app):
    """Two first starts of one workflow at the same time would collide."""
    for workflow in get_all_workflows().values():
        source = inspect.getsource(workflow.func)
        source_hash = hashlib.sha256(source.encode()).hexdigest()
        await app.storage.upsert_workflow_definition(workflow.name, source_hash, source)


async def session(app, options, report):
    """Takes many commands, one JSON line each, and runs them beside each other."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    running = set()
    while line := await reader.readline():
        message = json.loads(line)
        task = asyncio.create_task(run_tagged(app, message["tag"], message["words"]))
        running.add(task)
        task.add_done_callback(running.discard)


def parse(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=[*COMMANDS, "session"])
    for name in ("channel", "instance", "type", "source", "broker", "group", "base64"):
        parser.add_argument(f"--{name}")
    for name, default in (("count", 1), ("busy", 0), ("port", 0), ("timeout", None), ("seconds", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--mode", default="broadcast")
    parser.add_argument("--data", nargs="*", default=[])
    parser.add_argument("--instances", nargs="*", default=[])
    parser.add_argument("--metadata", default="{}")
    for name in ("outside", "detach", "native-polling", "no-notify"):
        parser.add_argument(f"--{name}", action="store_true")
    return parser.parse_args(words)


async def main():
    options = parse(sys.argv[1:])
    # what an event starts, and what is resumed, has to be known before the start; a process runs whatever it knows
    if options.command in ("serve", "session"):
        import workflows  # noqa: F401
    if options.command == "session":
        import operations  # noqa: F401
    if options.command in ("hold", "session"):
        import shared  # noqa: F401
    settings = {"outbox_enabled": True, "broker_url": options.broker} if options.command == "relay" else {}
    app = make_app(options, **settings)
    await app.initialize()
    report = reporter()
    if options.command == "session":
        await store_definitions(app)
    report("ready")
    try:
        await (session if options.command == "session" else COMMANDS[options.command])(app, options, report)
    finally:
        await app.shutdown()


try:
    asyncio.run(main())
except Exception:
    traceback.print_exc(file=sys.stderr)
    sys.exit(1)
