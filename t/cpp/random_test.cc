// Random bytes: not the same twice, and not the same in a forked child.
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>

#include "base/digest.h"
#include "tap.h"

TEST(random) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        char bytes[16];
        ue::random_bytes(bytes, sizeof bytes);
        seen.insert({bytes, sizeof bytes});
    }
    IS(seen.size(), 1000u, "a thousand different ones");
    std::string large(5000, '\0');
    ue::random_bytes(&large[0], large.size());
    OK(large.substr(0, 16) != large.substr(1024, 16) && large.substr(4984) != std::string(16, '\0'),
       "more than the reserve holds");

    int pipe_ends[2];
    OK(pipe(pipe_ends) == 0, "a pipe");
    const pid_t child = fork();
    if (child == 0) {
        char bytes[16];
        ue::random_bytes(bytes, sizeof bytes);
        _exit(write(pipe_ends[1], bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
    }
    char mine[16], childs[16];
    ue::random_bytes(mine, sizeof mine);
    OK(read(pipe_ends[0], childs, sizeof childs) == sizeof childs, "the child's bytes");
    OK(std::string(mine, 16) != std::string(childs, 16), "are others");
    int status = 0;
    waitpid(child, &status, 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}
