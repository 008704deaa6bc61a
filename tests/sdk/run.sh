#!/usr/bin/env bash
# Runs clients that other people wrote against a gateway in front of a simulator that plays every
# recorded stream: OpenAI's from npm and from PyPI, those for pages, and the one that people paste
# from blogs; and those of other dialects and of the JVM against the simulator itself and the gateway before each of its dialects.
#
# Brings the packages that the lock files and POMs list, into folders that git ignores, and once. A language
# that is missing is left out, and says so; with CI=true that is a failure.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
root=$(cd ../.. && pwd)
work=$root/target/sdk
mkdir -p "$work"
. "$root/bin/find-jdk.sh"

passed=0
failed=0
server=
trap 'stop_server' EXIT

# What nobody can judge here: fine on a person's machine, not where everything has to be there.
left_out() {
    echo "LEFT OUT: $1"
    if [ "${CI:-}" = true ]; then
        failed=$((failed + 1))
    fi
}

# Says that something is set up for what a file says now.
is_set_up() {
    cmp -s "$1" "$work/$2.set-up-for"
}

# What is here and does not work.
broken() {
    echo "FAILED: $1"
    failed=$((failed + 1))
}

## The server

# It ends when the pipe that it reads from does, so it cannot be left behind.
start_server() {
    find_jdk javac || { explain_missing_jdk; return 1; }
    "$root/firsttoken" --version > /dev/null || return 1
    rm -f "$work/place.json" "$work/stdin"
    mkfifo "$work/stdin" || return 1
    "$JDK/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
        -cp "$root/cli/target/dist/lib/*" \
        "$root/gateway/src/test/java/dev/firsttoken/gateway/recorded/RecordedServer.java" \
        "$work/place.json" "$root/gateway/src/test/resources/tls" \
        < "$work/stdin" > "$work/server.log" 2>&1 &
    server=$!
    exec 8> "$work/stdin"
    local _
    for _ in $(seq 600); do
        [ -f "$work/place.json" ] && grep '^LEFT OUT' "$work/server.log"
        [ -f "$work/place.json" ] && return 0
        kill -0 "$server" 2> /dev/null || break
        sleep 0.1
    done
    cat "$work/server.log"
    return 1
}

stop_server() {
    if [ -n "$server" ]; then
        exec 8>&-
        wait "$server"
        server=
    fi
}

## The languages

has_node() {
    command -v node > /dev/null 2>&1 && command -v npm > /dev/null 2>&1
}

set_up_node() {
    [ -d node/node_modules ] && is_set_up node/package-lock.json node && return 0
    (cd node && npm ci --silent --no-audit --no-fund) &&
        cp node/package-lock.json "$work/node.set-up-for"
}

has_python() {
    command -v python3 > /dev/null 2>&1 && python3 -c 'import ensurepip, venv' 2> /dev/null
}

set_up_python() {
    python=$work/python/bin/python
    [ -x "$python" ] && is_set_up python/requirements.txt python && return 0
    rm -rf "$work/python"
    python3 -m venv "$work/python" &&
        "$python" -m pip install -q --disable-pip-version-check -r python/requirements.txt &&
        cp python/requirements.txt "$work/python.set-up-for"
}

# Each of the JVM's clients has a class path of its own, as its users have. Maven looks over the
# sources when it brings the jars.
set_up_java() {
    jars=$work/java
    cat java/pom.xml java/*/pom.xml java/*.java > "$work/java.sources"
    is_set_up "$work/java.sources" java && return 0
    rm -rf "$jars"
    "$root/mvnw" -B -q -ntp -f java/pom.xml process-sources -Djars="$jars" &&
        compile_java anthropic AnthropicJava &&
        compile_java langchain4j LangChain4j &&
        compile_java spring-ai SpringAi &&
        cp "$work/java.sources" "$work/java.set-up-for"
}

compile_java() {
    "$JDK/bin/javac" -Xlint:deprecation -Werror -cp "$jars/$1/*" -d "$jars/$1/classes" \
        "java/$2.java" java/Suite.java
}

java_client() {
    "$JDK/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
        -cp "$jars/$1/classes:$jars/$1/*" "$2" "$3"
}

## The clients

# Runs one, and adds up what its last line says.
run() {
    local what=$1 last start=$SECONDS
    shift
    echo "-- $what"
    # Nothing on loopback goes through a proxy.
    NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 "$@" "$work/place.json" < /dev/null 8>&- |
        tee "$work/client.log"
    last=$(tail -n 1 "$work/client.log")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        broken "$what did not come to its end"
    fi
    echo "   ($((SECONDS - start)) s)"
}

if ! start_server; then
    broken "the server did not start"
else
    if ! has_node; then
        left_out "the clients from npm and the one from the blogs (expected: node and npm)"
    elif set_up_node; then
        run "openai from npm, node $(node --version)" node node/openai.mjs
        run "the client from the blogs" node node/blog.mjs
        run "Anthropic's from npm" node node/anthropic.mjs
        run "Google's from npm" node node/genai.mjs
        run "the AI SDK" node node/ai.mjs
        run "the AI SDK's and AG-UI's clients for pages" node node/pages.mjs
    else
        broken "npm could not bring the packages in tests/sdk/node"
    fi
    if ! has_python; then
        left_out "the clients from PyPI (expected: python3 with venv and pip)"
    elif set_up_python; then
        run "openai from PyPI, $("$python" --version)" "$python" python/openai_test.py
        run "openai from PyPI, Responses" "$python" python/openai_responses_test.py
        run "Anthropic's from PyPI" "$python" python/anthropic_test.py
        run "Google's from PyPI" "$python" python/genai_test.py
        run "Ollama's from PyPI" "$python" python/ollama_test.py
        run "AWS's from PyPI" "$python" python/bedrock_test.py
        run "LangChain from PyPI" "$python" python/langchain_test.py
    else
        broken "pip could not bring the packages in tests/sdk/python"
    fi
    if set_up_java; then
        run "Anthropic's from Maven Central" java_client anthropic AnthropicJava
        run "LangChain4j" java_client langchain4j LangChain4j
        run "Spring AI" java_client spring-ai SpringAi
    else
        broken "Maven could not bring the jars in tests/sdk/java, or does not like its sources"
    fi
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
