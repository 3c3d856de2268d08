/** Loaded before a child's own program: it ends the child when the stack is gone, even by SIGKILL, so that no port stays taken. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
