cd ctx/fifo.d && mkfifo p
