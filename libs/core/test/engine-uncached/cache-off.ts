/** The engine's suites once more with no coroutine kept in memory: each turn replays the history (E4). */
process.env['ENGINE_CACHE_SIZE'] = '0';
