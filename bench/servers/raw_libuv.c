// A TCP echo on libuv and nothing else: the same bytes that a WebSocket echo server on libuv streams reads and writes, without
// the protocol. What the other servers are compared with where no package is needed for it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static char shared[512 * 1024];  // one receive buffer for all connections: a read is echoed before the next

typedef struct {
    uv_write_t request;
    char bytes[];
} Rest;

static void free_handle(uv_handle_t* handle) { free(handle); }

static void free_rest(uv_write_t* request, int status) {
    (void)status;
    free(request);
}

static void lend_buffer(uv_handle_t* handle, size_t suggested, uv_buf_t* buf) {
    (void)handle, (void)suggested;
    *buf = uv_buf_init(shared, sizeof shared);
}

static void echo(uv_stream_t* stream, ssize_t n, const uv_buf_t* buf) {
    if (n < 0) uv_close((uv_handle_t*)stream, free_handle);
    if (n <= 0) return;
    uv_buf_t all = uv_buf_init(buf->base, (unsigned)n);
    ssize_t done = uv_try_write(stream, &all, 1);
    if (done < 0) done = 0;
    if (done == n) return;
    Rest* rest = malloc(sizeof *rest + (size_t)(n - done));
    memcpy(rest->bytes, buf->base + done, (size_t)(n - done));
    uv_buf_t left = uv_buf_init(rest->bytes, (unsigned)(n - done));
    uv_write(&rest->request, stream, &left, 1, free_rest);
}

static void accept_one(uv_stream_t* server, int status) {
    if (status < 0) return;
    uv_tcp_t* tcp = malloc(sizeof *tcp);
    uv_tcp_init(server->loop, tcp);
    if (uv_accept(server, (uv_stream_t*)tcp)) {
        uv_close((uv_handle_t*)tcp, free_handle);
        return;
    }
    uv_tcp_nodelay(tcp, 1);
    uv_read_start((uv_stream_t*)tcp, lend_buffer, echo);
}

int main(void) {
    const char* port = getenv("PORT");
    uv_tcp_t server;
    struct sockaddr_in address;
    uv_ip4_addr("127.0.0.1", port ? atoi(port) : 0, &address);
    uv_tcp_init(uv_default_loop(), &server);
    uv_tcp_bind(&server, (const struct sockaddr*)&address, 0);
    if (uv_listen((uv_stream_t*)&server, 4096, accept_one)) return 1;
    int size = sizeof address;
    uv_tcp_getsockname(&server, (struct sockaddr*)&address, &size);
    printf("listening on http://127.0.0.1:%d/\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
