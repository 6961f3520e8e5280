/* libwebsockets as a client that checks what an echo server returns, or as an echo server; see UETest::Matrix.
 *
 *   matrix_lws client URL CERTIFICATE|- off|on|no-takeover|window9
 *   matrix_lws server CERTIFICATE|- KEY|- off|on|no-takeover|window9
 */
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What goes out in one call: a fragment of its own. */
#define PIECE 30000

static const size_t sizes[] = {1, 125, 126, 65535, 65536, 1 << 20, 1 << 24};
static const char *const kinds[] = {"text", "binary", "fragmented"};
enum { TEXT, BINARY, FRAGMENTED };

struct message {
    unsigned char *data;
    size_t size, room;
    int binary;
};

static struct {
    struct message in, out;
    size_t sent;
    int sending, pieces, connected, finished;
    size_t cell;
    const char *setting;
} me;
static volatile sig_atomic_t stopped;
static struct lws_context *context;
static char extensions[256];
static unsigned char piece[LWS_PRE + PIECE];

static void append(struct message *m, const void *data, size_t size) {
    if (m->size + size > m->room) {
        m->room = (m->size + size) * 2;
        m->data = realloc(m->data, m->room);
        if (!m->data) abort();
    }
    memcpy(m->data + m->size, data, size);
    m->size += size;
}

static void make(struct message *m, size_t size, int kind) {
    static const char words[] = "gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x99\x82 ";
    size_t n;
    m->size = 0;
    m->binary = kind != TEXT;
    if (kind == TEXT)
        for (n = size / (sizeof words - 1); n > 0; --n) append(m, words, sizeof words - 1);
    while (m->size < size) {
        const char c = (char)(kind == TEXT ? 'x' : m->size < size / 2 ? 7 : rand() >> 7);
        append(m, &c, 1);
    }
}

/* The cells in their order; 0 at the end. With compression the largest size is for text alone. */
static int next_cell(size_t *size, int *kind) {
    for (;; ++me.cell) {
        if (me.cell >= 3 * sizeof sizes / sizeof *sizes) return 0;
        *size = sizes[me.cell / 3];
        *kind = (int)(me.cell % 3);
        if (*size < 1 << 24 || *kind == TEXT || !strcmp(me.setting, "off")) return 1;
    }
}

static int send_cell(struct lws *wsi) {
    size_t size;
    int kind;
    if (!next_cell(&size, &kind)) return 0;
    make(&me.out, size, kind);
    me.pieces = kind == FRAGMENTED ? 3 : 1;
    me.sent = 0;
    me.sending = 1;
    lws_callback_on_writable(wsi);
    return 1;
}

static int write_piece(struct lws *wsi) {
    const size_t third = (me.out.size + (size_t)me.pieces - 1) / (size_t)me.pieces;
    size_t n = me.out.size - me.sent;
    int how = me.sent == 0 ? (me.out.binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) : LWS_WRITE_CONTINUATION;
    if (!me.sending) return 0;
    if (n > PIECE) n = PIECE;
    if (me.pieces > 1 && n > third) n = third;
    if (me.sent + n < me.out.size) how |= LWS_WRITE_NO_FIN;
    /* A copy, since the library masks in place; it stays until the next piece, since a compressor may come back to it. */
    memcpy(piece + LWS_PRE, me.out.data + me.sent, n);
    if (lws_write(wsi, piece + LWS_PRE, n, (enum lws_write_protocol)how) < 0) return -1;
    me.sent += n;
    if (me.sent < me.out.size) lws_callback_on_writable(wsi);
    else me.sending = 0;
    return 0;
}

/* True when the message is whole. */
static int collect(struct lws *wsi, const void *data, size_t size) {
    if (lws_is_first_fragment(wsi)) {
        me.in.size = 0;
        me.in.binary = lws_frame_is_binary(wsi);
    }
    append(&me.in, data, size);
    return lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi);
}

static int on_server(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *data, size_t size) {
    (void)user;
    switch (reason) {
        case LWS_CALLBACK_RECEIVE:
            if (collect(wsi, data, size)) {
                me.out.size = 0;
                append(&me.out, me.in.data, me.in.size);
                me.out.binary = me.in.binary;
                me.pieces = me.in.binary && me.in.size && me.in.data[0] == 255 ? 3 : 1;
                me.sent = 0;
                me.sending = 1;
                lws_callback_on_writable(wsi);
            }
            break;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return write_piece(wsi);
        default:
            break;
    }
    return 0;
}

static int on_client(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *data, size_t size) {
    (void)user;
    switch (reason) {
        case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
            if (lws_hdr_copy(wsi, extensions, sizeof extensions, WSI_TOKEN_EXTENSIONS) < 0) extensions[0] = 0;
            break;
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            me.connected = 1;
            printf("extensions %s\n", extensions);
            send_cell(wsi);
            break;
        case LWS_CALLBACK_CLIENT_WRITEABLE:
            if (me.finished) {
                lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
                return -1;
            }
            return write_piece(wsi);
        case LWS_CALLBACK_CLIENT_RECEIVE:
            if (collect(wsi, data, size)) {
                const int good = me.in.size == me.out.size && me.in.binary == me.out.binary && !me.sending &&
                                 !memcmp(me.in.data, me.out.data, me.in.size);
                printf("%s - %s %zu\n", good ? "ok" : "not ok", kinds[me.cell % 3], me.out.size);
                ++me.cell;
                if (!send_cell(wsi)) {
                    me.finished = 1;
                    lws_callback_on_writable(wsi);
                }
            }
            break;
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            printf("not ok - %s\n", data ? (const char *)data : "no connection");
            stopped = 1;
            break;
        case LWS_CALLBACK_CLIENT_CLOSED:
            if (me.finished) printf("done\n");
            stopped = 1;
            break;
        default:
            break;
    }
    return 0;
}

static void on_signal(int number) {
    (void)number;
    stopped = 1;
    lws_cancel_service(context);
}

int main(int argc, char **argv) {
    static const struct lws_protocols servers[] = {{"echo", on_server, 0, 1 << 20, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};
    static const struct lws_protocols clients[] = {{"echo", on_client, 0, 1 << 20, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};
    static struct lws_extension with[] = {{"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"}, {NULL, NULL, NULL}};
    struct lws_context_creation_info info;
    int client;
    if (argc != 5) return 2;
    client = !strcmp(argv[1], "client");
    me.setting = argv[4];
    setvbuf(stdout, NULL, _IOLBF, 0);
    lws_set_log_level(LLL_ERR, NULL);
    memset(&info, 0, sizeof info);
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.protocols = client ? clients : servers;
    /* With less, version 4.1 loses its place in large compressed frames over TLS, whoever sends them. */
    info.pt_serv_buf_size = 1 << 20;
    if (!strcmp(me.setting, "no-takeover")) with[0].client_offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    if (!strcmp(me.setting, "window9")) with[0].client_offer = "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9";
    if (strcmp(me.setting, "off")) info.extensions = with;
    if (client) {
        const char *protocol, *address, *path;
        struct lws_client_connect_info to;
        int port;
        info.port = CONTEXT_PORT_NO_LISTEN;
        if (strcmp(argv[3], "-")) info.client_ssl_ca_filepath = argv[3];
        context = lws_create_context(&info);
        if (!context || lws_parse_uri(argv[2], &protocol, &address, &port, &path)) return 1;
        memset(&to, 0, sizeof to);
        to.context = context;
        to.address = to.host = to.origin = address;
        to.port = port;
        to.path = "/";
        to.local_protocol_name = "echo";
        if (strcmp(argv[3], "-")) to.ssl_connection = LCCSCF_USE_SSL;
        if (!lws_client_connect_via_info(&to)) return 1;
    } else {
        struct lws_vhost *host;
        const int secure = strcmp(argv[2], "-") != 0;
        info.iface = "127.0.0.1";
        if (secure) {
            info.ssl_cert_filepath = argv[2];
            info.ssl_private_key_filepath = argv[3];
        }
        info.options |= LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
        context = lws_create_context(&info);
        if (!context) return 1;
        host = lws_create_vhost(context, &info);
        if (!host) return 1;
        printf("listening on http%s://127.0.0.1:%d/\n", secure ? "s" : "", lws_get_vhost_listen_port(host));
    }
    signal(SIGTERM, on_signal);
    while (!stopped && lws_service(context, 0) >= 0) continue;
    lws_context_destroy(context);
    free(me.in.data);
    free(me.out.data);
    return 0;
}
