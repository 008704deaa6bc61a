package dev.firsttoken.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.firsttoken.gateway.dialect.Dialects;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What never happens, as far as the compiler's output shows it.
class ArchitectureTest {

    private static JavaClasses all;

    @BeforeAll
    static void read() {
        all =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        // The tests of other modules that ours use, once they are packed.
                        .withImportOption(location -> !location.contains("-tests.jar"))
                        .importPackages("dev.firsttoken");
        assertThat(all.size()).isGreaterThan(100);
    }

    @Test
    void wireKnowsNoSocketsThreadsOrClocks() {
        noClasses()
                .that()
                .resideInAPackage("dev.firsttoken.wire..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                        "io.netty..",
                                        "java.net..",
                                        "java.nio.channels..",
                                        "java.util.concurrent..",
                                        "org.slf4j..",
                                        "dev.firsttoken.gateway..",
                                        "dev.firsttoken.simulator..")
                                // How a path is spelled, and no more.
                                .and(not(belongToAnyOf(URLEncoder.class, URLDecoder.class))))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(all);
    }

    /// The rest is control: it sees requests, events and deployments.
    @Test
    void onlyTransportAndItsCallersKnowNetty() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.firsttoken.gateway.routing..",
                        "dev.firsttoken.gateway.config..",
                        "dev.firsttoken.gateway.log..",
                        "dev.firsttoken.gateway.admin..",
                        "dev.firsttoken.gateway.dialect..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(all);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.firsttoken.gateway.admission..", "dev.firsttoken.gateway.metering..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.handler.codec.http2..",
                        "io.netty.handler.ssl..",
                        "io.netty.bootstrap..",
                        "io.netty.buffer..")
                .check(all);
        // What runs once per event touches buffers and headers, but opens no connection.
        noClasses()
                .that()
                .resideInAPackage("dev.firsttoken.gateway.relay..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.bootstrap..",
                        "io.netty.handler.codec.http2..",
                        "io.netty.handler.ssl..",
                        "io.netty.channel.epoll..",
                        "io.netty.channel.socket..")
                .check(all);
    }

    @Test
    void transportKnowsNoRoutesAndTheTwoSidesDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.firsttoken.gateway.downstream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.firsttoken.gateway.upstream..",
                        "dev.firsttoken.gateway.relay..",
                        "dev.firsttoken.gateway.routing..",
                        "dev.firsttoken.gateway.dialect..")
                .check(all);
        noClasses()
                .that()
                .resideInAnyPackage("dev.firsttoken.gateway.upstream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.firsttoken.gateway.downstream..",
                        "dev.firsttoken.gateway.relay..",
                        "dev.firsttoken.gateway.routing..",
                        "dev.firsttoken.gateway.dialect..")
                .check(all);
    }

    @Test
    void theSimulatorAndTheBenchNeverKnowTheGateway() throws Exception {
        noClasses()
                .that()
                .resideInAnyPackage("dev.firsttoken.simulator..", "dev.firsttoken.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.firsttoken.gateway..")
                .check(all);
        // The bench is built after this module, so its sources are what there is to look at.
        try (Stream<Path> sources = Files.walk(Path.of("../bench/src/main/java"))) {
            for (Path source : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
                assertThat(source).content().doesNotContain("dev.firsttoken.gateway");
            }
        }
    }

    /// A dialect is known in its own folders and in the two lists; the rest of the server sees what
    /// all of them are.
    @Test
    void dialectsAreKnownAtHomeAndInTheListsAlone() throws Exception {
        // Whose requests and errors have the shape of another's.
        Map<String, List<String>> heirs = Map.of("openai", List.of("simple", "responses"));
        for (String dialect : folders("../wire/src/main/java/dev/firsttoken/wire/dialect")) {
            List<String> homes = new ArrayList<>(heirs.getOrDefault(dialect, List.of()));
            homes.add(dialect);
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.firsttoken.wire..", "dev.firsttoken.gateway..")
                    .and()
                    .resideOutsideOfPackages(
                            homes.stream()
                                    .flatMap(home ->
                                            Stream.of("wire", "gateway")
                                                    .map(side ->
                                                            "dev.firsttoken."
                                                                    + side
                                                                    + ".dialect."
                                                                    + home))
                                    .toArray(String[]::new))
                    .and()
                    .doNotBelongToAnyOf(KnownProviders.class, Dialects.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.firsttoken.wire.dialect." + dialect)
                    .check(all);
        }
    }

    /// Nobody asks what a provider or a dialect is called in order to treat it in another way.
    @Test
    void providersAreNamedInTheListAlone() throws Exception {
        List<String> names =
                Stream.concat(
                                KnownProviders.ALL.stream().map(KnownProviders.KnownProvider::name),
                                Stream.concat(
                                                KnownProviders.DIALECTS.stream(),
                                                KnownProviders.ACCENTS.stream())
                                        .map(ProviderDialect::name))
                        .distinct()
                        .toList();
        Path lists = Path.of("src/main/java/dev/firsttoken/gateway/provider/KnownProviders.java");
        Path homes = Path.of("src/main/java/dev/firsttoken/gateway/dialect");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
                if (source.equals(lists) || source.startsWith(homes)) {
                    continue;
                }
                String text = Files.readString(source);
                for (String name : names) {
                    assertThat(text)
                            .as(source.toString())
                            .doesNotContain("\"" + name + "\"", "\"" + name + "-");
                }
            }
        }
    }

    private static List<String> folders(String path) throws Exception {
        try (Stream<Path> entries = Files.list(Path.of(path))) {
            return entries.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.firsttoken.gateway.(*)..").should().beFreeOfCycles().check(all);
        slices().matching("dev.firsttoken.simulator.(*)..").should().beFreeOfCycles().check(all);
    }

    /// Who somebody is travels in arguments: a thread that serves many would mix them up.
    @Test
    void identityIsNeverKeptByAThread() {
        noFields().should().haveRawType(ThreadLocal.class).check(all);
        noFields().should().haveRawType(InheritableThreadLocal.class).check(all);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.slf4j.MDC")
                .check(all);
    }

    @Test
    void logsGoThroughOneDoor() {
        noClasses()
                .that()
                .resideInAPackage("dev.firsttoken.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "ch.qos.logback..")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(all);
    }

    @Test
    void everyPackageSaysWhatItIsAndThatNothingIsNull() {
        for (JavaClass type : all) {
            JavaPackage its = type.getPackage();
            assertThat(its.tryGetPackageInfo()).as(its.getName()).isPresent();
            assertThat(its.isAnnotatedWith(NullMarked.class)).as(its.getName()).isTrue();
        }
    }
}
