# shellcheck shell=bash
# Finds a JDK that can build and run FirstToken. Sourced by ./firsttoken and ./mvnw.
#
#   find_jdk [java|javac]   sets JDK to the home of a JDK whose bin/ has that program
#
# The first JDK 25 wins, in this order: environment variables, PATH, the usual install folders.
# A newer one is taken only where no 25 is found. Versions are read from the JDK's own `release`
# file, so looking around starts no process.

JDK_WANTED=25

# Sets jdk_feature to the feature version of the JDK at $1, or to 0.
jdk_feature_of() {
    jdk_feature=0
    local line version
    [ -r "$1/release" ] || return 0
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*)
                version=${line#JAVA_VERSION=}
                version=${version//\"/}
                version=${version%%[!0-9]*}
                jdk_feature=${version:-0}
                return 0
                ;;
        esac
    done < "$1/release"
}

# Follows links until a real file is left: macOS has no `readlink -f` everywhere.
jdk_real_path() {
    jdk_path=$1
    local target
    while [ -L "$jdk_path" ]; do
        target=$(readlink "$jdk_path") || break
        case $target in
            /*) jdk_path=$target ;;
            *) jdk_path=${jdk_path%/*}/$target ;;
        esac
    done
}

# Looks at one candidate. Succeeds, and so ends the search, when it is exactly what is wanted.
jdk_consider() {
    [ -n "$1" ] && [ -x "$1/bin/$jdk_program" ] || return 1
    jdk_feature_of "$1"
    if [ "$jdk_feature" -eq "$JDK_WANTED" ]; then
        JDK=$1
        return 0
    fi
    if [ "$jdk_feature" -gt "$JDK_WANTED" ] && [ -z "$jdk_newer" ]; then
        jdk_newer=$1
    fi
    return 1
}

jdk_search() {
    local candidate command
    for candidate in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JDK_25_HOME:-}" "${JDK25_HOME:-}" \
        "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}"; do
        jdk_consider "$candidate" && return 0
    done
    command=$(command -v "$jdk_program" 2> /dev/null)
    if [ -n "$command" ]; then
        jdk_real_path "$command"
        candidate=${jdk_path%/*}
        jdk_consider "${candidate%/*}" && return 0
    fi
    for candidate in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /opt/jdk/* /opt/jvm/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
        "${HOME:-}"/.jabba/jdk/* "${HOME:-}"/.gradle/jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
        jdk_consider "$candidate" && return 0
    done
    if [ -x /usr/libexec/java_home ]; then
        jdk_consider "$(/usr/libexec/java_home -v "$JDK_WANTED" 2> /dev/null)" && return 0
    fi
    return 1
}

find_jdk() {
    jdk_program=${1:-javac}
    jdk_newer=
    JDK=
    jdk_search || JDK=$jdk_newer
    [ -n "$JDK" ]
}

# What to do about it, for a person who has none.
explain_missing_jdk() {
    cat >&2 << TEXT
FirstToken needs a JDK $JDK_WANTED, and none was found: not in JAVA_HOME, not on PATH, and not in
the usual install folders.

One of these gets it (any vendor will do):
  Debian, Ubuntu   apt install openjdk-$JDK_WANTED-jdk   (or temurin-$JDK_WANTED-jdk)
  Fedora           dnf install java-$JDK_WANTED-openjdk-devel
  macOS            brew install openjdk@$JDK_WANTED
  SDKMAN           sdk install java $JDK_WANTED-tem
  by hand          https://adoptium.net/temurin/releases/?version=$JDK_WANTED

If it is already here somewhere else, say where:
  JAVA_HOME=/path/to/jdk-$JDK_WANTED $0
TEXT
}
