#include "net_support.h"

using namespace net_test;

TEST(net_tcp_echo) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        Peer client(loop);
        client.tcp->connect(server.options());
        client.tcp->write("hello ");
        client.tcp->write("world");
        loop_until(*loop, [&] { return client.got == "hello world"; });
        IS(client.got, "hello world", "came back");
        client.tcp->shutdown();
        loop_until(*loop, [&] { return client.eofs == 1; });
        IS(client.eofs, 1, "eof after our shutdown");
        client.tcp->reset();
        server.close();
        OK(!loop->run(), "nothing keeps the loop");
    }
    leaks.check();
}
