"""The example shop through the Python client: `client.py <url>`, or `client.py -- <command> <argument>...` over stdio."""

import asyncio
import json
import sys
from datetime import timedelta

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client

ORDER = {"sku": "widget", "quantity": 2, "amount": 9.5, "email": "slow@shop.example"}


async def shop(session: ClientSession, order_id: str) -> None:
    info = await session.initialize()
    assert info.serverInfo.name == "romancy-orders", info.serverInfo

    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    for part in ("start", "status", "result", "cancel"):
        assert f"order_workflow_{part}" in tools, sorted(tools)
    start = tools["order_workflow_start"]
    assert start.inputSchema["properties"]["quantity"]["type"] == "integer", start.inputSchema
    assert tools["order_workflow_status"].annotations.readOnlyHint is True
    assert tools["order_workflow_cancel"].annotations.destructiveHint is True

    refused = await session.call_tool("order_workflow_start", {"orderId": order_id, "quantity": 0})
    assert refused.isError and "quantity" in refused.content[0].text, refused

    order = {"orderId": order_id, **ORDER, "idempotency_key": order_id}
    first = (await session.call_tool("order_workflow_start", order)).structuredContent
    again = (await session.call_tool("order_workflow_start", order)).structuredContent
    assert first["created"] and not again["created"] and first["instance_id"] == again["instance_id"], (first, again)

    heard: list[float] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        heard.append(progress)

    status = (await session.call_tool("order_workflow_status", {"instance_id": first["instance_id"]})).structuredContent
    assert status["suggested_poll_interval_ms"] > 0, status
    result = await session.call_tool(
        "order_workflow_result",
        {"instance_id": first["instance_id"], "wait_seconds": 30},
        read_timeout_seconds=timedelta(seconds=60),
        progress_callback=on_progress,
    )
    assert result.structuredContent["outcome"] == "completed", result
    assert result.structuredContent["result"]["orderId"] == order_id, result
    assert json.loads(result.content[0].text) == result.structuredContent
    assert heard and heard == sorted(set(heard)), heard

    ended = await session.call_tool("order_workflow_cancel", {"instance_id": first["instance_id"]})
    assert ended.isError and "completed already" in ended.content[0].text, ended

    history = await session.read_resource(f"romancy://order_workflow/{first['instance_id']}/history")
    steps = [event["step"] for event in json.loads(history.contents[0].text)["events"]]
    assert steps == ["reserve:1", "charge:1", "ship:1", "confirm:1", "publish:1"], steps

    prompts = (await session.list_prompts()).prompts
    assert [prompt.name for prompt in prompts] == ["explain_order"], prompts


async def main() -> None:
    if sys.argv[1] == "--":
        parameters = StdioServerParameters(command=sys.argv[2], args=sys.argv[3:], env=None)
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await shop(session, "python-stdio")
    else:
        async with streamablehttp_client(sys.argv[1]) as (read, write, _), ClientSession(read, write) as session:
            await shop(session, "python-http")


asyncio.run(main())
