# The console.
